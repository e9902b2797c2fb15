package dev.dbpool.plan;

import java.util.Map;
import java.util.Set;

import dev.dbpool.InvalidSettingException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.Driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class ConnectionUrlTests {

	private static final Set<String> KNOWN_TO_DRIVER = Set.of("sslmode", "prepareThreshold", "ApplicationName");

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			jdbc:postgresql://db.example/app                 | jdbc:postgresql://db.example/app
			jdbc:postgresql://db.example:5433/app?ssl=true   | jdbc:postgresql://db.example:5433/app?ssl=true
			jdbc:postgresql://[::1]:5433/app                 | jdbc:postgresql://[::1]:5433/app
			jdbc:postgresql://a:1,b:2/app                    | jdbc:postgresql://a:1,b:2/app
			jdbc:postgresql:app                              | jdbc:postgresql:app
			jdbc:postgresql:///app                           | jdbc:postgresql:app
			jdbc:postgresql://db.example/                    | jdbc:postgresql://db.example/
			jdbc:postgresql://db.example/my%20app            | jdbc:postgresql://db.example/my+app
			postgres://db.example/app                        | jdbc:postgresql://db.example/app
			postgresql://db.example:6432/app                 | jdbc:postgresql://db.example:6432/app
			postgres://db.example                            | jdbc:postgresql://db.example/
			postgres://[2001:db8::1]:6432/app                | jdbc:postgresql://[2001:db8::1]:6432/app
			postgres:///app?host=db.example&port=6432        | jdbc:postgresql://db.example:6432/app
			postgres://db.example?dbname=app                 | jdbc:postgresql://db.example/app
			""")
	void writesTheUrlAsTheDriverWantsIt(String text, String expected) {
		String url = parse(text).url().toJdbcUrl();
		assertThat(url).isEqualTo(expected);
		assertThat(Driver.parseURL(url, null)).isNotNull();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			postgres://app:secret@db.example/app                       | app     | secret
			postgres://app@db.example/app                              | app     |
			postgres://app:p%40ss%2Fw%25rd@db.example/app              | app     | p@ss/w%rd
			postgres://app:a+b@db.example/app                          | app     | a+b
			postgres://app:a@b@db.example/app                          | app     | a@b
			postgres://a%20b:s:t@db.example/app                        | a b     | s:t
			postgres://db.example/app?user=app&password=a+b            | app     | a+b
			jdbc:postgresql://db.example/app?user=app&password=s%26t   | app     | s&t
			jdbc:postgresql://db.example/app?user=app&password=a+b     | app     | a b
			jdbc:postgresql://app:secret@db.example/app                | app     | secret
			""")
	void takesTheCredentialsOut(String text, String username, String password) {
		ConnectionUrl url = parse(text);
		assertThat(url.login()).isEqualTo(new Login(username, password));
		assertThat(url.url().toJdbcUrl()).isEqualTo("jdbc:postgresql://db.example/app");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			sslmode=require                   | sslmode=require
			channel_binding=require           | channelBinding=require
			connect_timeout=10                | connectTimeout=10
			application_name=chat%20service   | ApplicationName=chat+service
			fallback_application_name=chat    | ApplicationName=chat
			options=endpoint%3Dep-cool-1      | options=endpoint%3Dep-cool-1
			sslrootcert=system                | sslfactory=org.postgresql.ssl.DefaultJavaSSLFactory&sslmode=verify-full
			sslrootcert=/ca.pem               | sslrootcert=%2Fca.pem
			sslnegotiation=direct             | sslNegotiation=direct
			gssencmode=disable                | gssEncMode=disable
			keepalives=1                      | tcpKeepAlive=true
			target_session_attrs=read-write   | targetServerType=primary
			target_session_attrs=any          | targetServerType=any
			load_balance_hosts=random         | loadBalanceHosts=true
			prepareThreshold=3                | prepareThreshold=3
			""")
	void translatesTheParametersOfLibpq(String query, String expected) {
		ConnectionUrl url = parse("postgres://db.example/app?" + query);
		assertThat(url.url().toJdbcUrl()).isEqualTo("jdbc:postgresql://db.example/app?" + expected);
		assertThat(url.unknownParameters()).isEmpty();
	}

	@Test
	void passesUnknownParametersOnAndNamesThem() {
		ConnectionUrl url = parse("postgres://db.example/app?pgbouncer=true&sslmode=require");
		assertThat(url.url().parameters()).isEqualTo(Map.of("pgbouncer", "true", "sslmode", "require"));
		assertThat(url.unknownParameters()).containsExactly("pgbouncer");
	}

	@Test
	void leavesTheParametersOfAJdbcUrlToTheDriver() {
		ConnectionUrl url = parse("jdbc:postgresql://db.example/app?whatever=1");
		assertThat(url.url().toJdbcUrl()).isEqualTo("jdbc:postgresql://db.example/app?whatever=1");
		assertThat(url.unknownParameters()).isEmpty();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			jdbc:postgresql://u:hidden@db.example          | there is no / after the host
			jdbc:postgresql:/hidden@db                     | there is no // after the scheme
			postgres:hidden@db                             | there is no // after the scheme
			postgres://u:hidden@db.example:port/app        | the port is not a number from 1 to 65535
			postgres://u:hidden@db.example:0/app           | the port is not a number from 1 to 65535
			postgres://u:hidden@db.example:65536/app       | the port is not a number from 1 to 65535
			postgres://u:hidden@db.example:/app            | the port is not a number from 1 to 65535
			postgres://u:hid/den@db.example/app            | more than one / after the host
			postgres://u:hidden%zz@db.example/app          | a % that does not begin a percent-encoded character
			postgres://u:hidden@::1/app                    | an IPv6 address must be in brackets
			postgres://u:hidden@[::1/app                   | an IPv6 address must be in brackets
			postgres://u:hidden@%2Fvar%2Frun/app           | cannot use a Unix-domain socket
			postgres:///app?host=/var/run&password=hidden  | cannot use a Unix-domain socket
			postgres://u:hidden@db example/app             | the host contains a character that is not allowed there
			""")
	void refusesWhatIsMalformedAndShowsNoSecret(String text, String reason) {
		assertThatExceptionOfType(InvalidSettingException.class).isThrownBy(() -> parse(text))
			.withMessageStartingWith("some.property is '")
			.withMessageContaining(reason)
			.withMessageContaining("postgres://user:password@host:5432/database")
			.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain("hidden", "hid/den", "den@"))
			.withNoCause();
	}

	@ParameterizedTest
	@ValueSource(strings = { "jdbc:h2:mem:app", "jdbc:tc:postgresql:17:///app", "jdbc:aws-wrapper:postgresql://h/app",
			"jdbc:otel:postgresql://h/app", "mysql://h/app", "app", "" })
	void isNotConcernedByOtherUrls(String text) {
		assertThat(ConnectionPlan.isPlainPostgres(text)).isFalse();
	}

	@Test
	void showsNoSecret() {
		ConnectionUrl url = parse("postgres://app:hidden@db.example/app?sslkey=k&sslpassword=hidden");
		assertThat(url.toString()).doesNotContain("hidden", "app:").contains("sslpassword=******");
		assertThat(url.url().toJdbcUrl()).contains("sslpassword=hidden");
	}

	@ParameterizedTest
	@CsvSource({ "jdbc:postgresql://h:1/app,h,1", "jdbc:postgresql://h/app,h,5432",
			"jdbc:postgresql:app,localhost,5432", "jdbc:postgresql://[::1]:2/app,[::1],2",
			"'jdbc:postgresql://a:1,b:2/app',a,1" })
	void knowsItsFirstHost(String text, String host, int port) {
		assertThat(parse(text).url().host()).isEqualTo(host);
		assertThat(parse(text).url().port()).isEqualTo(port);
	}

	private static ConnectionUrl parse(String text) {
		return ConnectionUrl.parse("some.property", text, KNOWN_TO_DRIVER::contains);
	}

}
