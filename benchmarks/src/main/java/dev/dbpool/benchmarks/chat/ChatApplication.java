package dev.dbpool.benchmarks.chat;

import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * The service under load. Whether it has the starter is a matter of its properties.
 */
@SpringBootApplication(proxyBeanMethods = false)
public class ChatApplication {

}
