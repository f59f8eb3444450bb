package io.pinfold.wire;

/** The sizes that the protocol fixes, in bytes. Constants only. */
public final class FrameLimits {
    /** The length field in front of each frame; it does not count itself. */
    public static final int LENGTH_BYTES = 4;
    /** The largest frame that a server takes unless configured otherwise, without its length field. */
    public static final int DEFAULT_MAX_FRAME = 0xfffff;
    /** The largest first frame: a connection that has not shown who it is may not make anybody allocate more. */
    public static final int MAX_HANDSHAKE = 4096;
    /** Header of a request: xid and operation. A shorter frame is no request. */
    public static final int REQUEST_HEADER_BYTES = 8;
    /** Header of a reply: xid, zxid, error. */
    public static final int REPLY_HEADER_BYTES = 16;
    /** A znode's metadata. */
    public static final int STAT_BYTES = 68;
    /** A session's password: clients in C copy it from a fixed place. */
    public static final int PASSWORD_BYTES = 16;

    private FrameLimits() {}
}
