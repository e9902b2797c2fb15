package dev.dbpool;

/**
 * What the direct URL leads to.
 */
public enum DirectMode {

	/**
	 * The database itself, unless the endpoint is known as a session pooler, or a probe
	 * finds some other pooler.
	 */
	AUTO,

	/**
	 * A pooler that hands out a server connection for as long as the client is connected.
	 * It may serve migrations and other work that needs a session.
	 */
	SESSION

}
