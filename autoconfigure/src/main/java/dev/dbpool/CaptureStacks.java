package dev.dbpool;

/**
 * Which stacks are captured.
 */
public enum CaptureStacks {

	/**
	 * None.
	 */
	NEVER,

	/**
	 * That of the owner, once the lease has become a suspect.
	 */
	AFTER_SUSPECT,

	/**
	 * Also where each lease was acquired, which costs microseconds each time.
	 */
	ALWAYS

}
