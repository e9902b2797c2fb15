package dev.dbpool.neighbours.libraries;

import java.sql.SQLException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.stream.IntStream;

import javax.sql.DataSource;

import dev.dbpool.DirectDataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.postgresql.jdbc.PgConnection;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.integration.channel.QueueChannel;
import org.springframework.integration.config.EnableIntegration;
import org.springframework.integration.jdbc.channel.PostgresChannelMessageTableSubscriber;
import org.springframework.integration.jdbc.channel.PostgresSubscribableChannel;
import org.springframework.integration.jdbc.lock.DefaultLockRepository;
import org.springframework.integration.jdbc.lock.JdbcLockRegistry;
import org.springframework.integration.jdbc.store.JdbcChannelMessageStore;
import org.springframework.integration.jdbc.store.channel.PostgresChannelMessageStoreQueryProvider;
import org.springframework.integration.store.MessageGroupQueue;
import org.springframework.messaging.Message;
import org.springframework.messaging.support.GenericMessage;
import org.springframework.transaction.PlatformTransactionManager;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Spring Integration's locks and channels are rows. A channel that PostgreSQL notifies
 * has to listen in a session of its own.
 */
@BothWays
class IntegrationIT extends AbstractLibraryIT {

	@Test
	void oneNodeHasTheLockUntilItReleasesIt() {
		Lock first = node().obtain("exclusive");
		Lock second = node().obtain("exclusive");
		assertThat(first.tryLock()).isTrue();
		assertThat(second.tryLock()).isFalse();
		first.unlock();
		assertThat(second.tryLock()).isTrue();
		second.unlock();
	}

	@Test
	void theLockOutlivesTheTransactionThatItWasTakenIn() {
		Lock lock = node().obtain("rolled back");
		transaction().executeWithoutResult((status) -> {
			assertThat(lock.tryLock()).isTrue();
			status.setRollbackOnly();
		});
		assertThat(node().obtain("rolled back").tryLock()).isFalse();
		lock.unlock();
	}

	@Test
	void aMessageOfARolledBackTransactionReturnsToTheChannel() {
		QueueChannel channel = channel("queue");
		channel.send(new GenericMessage<>("hello"));
		transaction().executeWithoutResult((status) -> {
			assertThat(receive(channel)).isEqualTo("hello");
			assertThat(channel.receive(0)).as("received twice").isNull();
			status.setRollbackOnly();
		});
		assertThat(receive(channel)).isEqualTo("hello");
		assertThat(channel.receive(0)).isNull();
	}

	@Test
	void twoConsumersReceiveEachMessageOnce() {
		int messages = 20;
		QueueChannel[] consumers = { channel("shared"), channel("shared") };
		for (int i = 0; i < messages; i++) {
			consumers[0].send(new GenericMessage<>(String.valueOf(i)));
		}
		assertThat(IntStream.range(0, messages)
			.parallel()
			.mapToObj((i) -> transaction().execute((status) -> receive(consumers[i % 2])))
			.toList()).doesNotContainNull().doesNotHaveDuplicates();
	}

	@Test
	void aChannelListensInASessionOfItsOwn() throws SQLException, InterruptedException {
		DataSource direct = bean(DirectSessions.class).dataSource();
		PostgresChannelMessageTableSubscriber subscriber = new PostgresChannelMessageTableSubscriber(
				() -> direct.getConnection().unwrap(PgConnection.class));
		PostgresSubscribableChannel channel = new PostgresSubscribableChannel(bean(JdbcChannelMessageStore.class),
				"notified", subscriber);
		channel.setBeanFactory(this.application.context());
		channel.afterPropertiesSet();
		BlockingQueue<Message<?>> received = new LinkedBlockingQueue<>();
		channel.subscribe(received::add);
		subscriber.start();
		try {
			channel.send(new GenericMessage<>("hello"));
			assertThat(received.poll(LIMIT.toSeconds(), TimeUnit.SECONDS)).extracting(Message::getPayload)
				.isEqualTo("hello");
			assertThat(this.application.serverConnections()).containsKey("direct");
		}
		finally {
			subscriber.stop();
		}
	}

	private JdbcLockRegistry node() {
		DefaultLockRepository repository = new DefaultLockRepository(bean(DataSource.class));
		repository.setTransactionManager(bean(PlatformTransactionManager.class));
		repository.afterPropertiesSet();
		repository.afterSingletonsInstantiated();
		return new JdbcLockRegistry(repository);
	}

	private QueueChannel channel(String name) {
		return new QueueChannel(new MessageGroupQueue(bean(JdbcChannelMessageStore.class), name));
	}

	private static @Nullable Object receive(QueueChannel channel) {
		Message<?> message = channel.receive(0);
		return (message != null) ? message.getPayload() : null;
	}

	@Configuration(proxyBeanMethods = false)
	@EnableIntegration
	static class Channels {

		@Bean
		JdbcChannelMessageStore messageStore(DataSource dataSource) {
			JdbcChannelMessageStore store = new JdbcChannelMessageStore(dataSource);
			store.setChannelMessageStoreQueryProvider(new PostgresChannelMessageStoreQueryProvider());
			return store;
		}

		@Bean
		DirectSessions directSessions(@DirectDataSource DataSource dataSource) {
			return new DirectSessions(dataSource);
		}

	}

	record DirectSessions(DataSource dataSource) {

	}

}
