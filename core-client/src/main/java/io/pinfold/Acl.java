package io.pinfold;

import java.util.List;

/**
 * One entry of a znode's access control list: who may do what. Immutable.
 *
 * @param permissions the granted bits, a sum of {@link #READ}, {@link #WRITE}, {@link #CREATE}, {@link #DELETE} and
 *     {@link #ADMIN}
 * @param scheme how {@code id} is to be read, for example {@code world}, {@code digest} or {@code ip}
 * @param id who, in the form that the scheme asks for
 */
public record Acl(int permissions, String scheme, String id) {
    /** May read the data and list the children. */
    public static final int READ = 1;
    /** May change the data. */
    public static final int WRITE = 2;
    /** May create children. */
    public static final int CREATE = 4;
    /** May delete children. */
    public static final int DELETE = 8;
    /** May change the access control list. */
    public static final int ADMIN = 16;
    /** All permissions. */
    public static final int ALL = 31;

    /** Everybody may do everything: the default list of the client. */
    public static final List<Acl> OPEN = List.of(new Acl(ALL, "world", "anyone"));
    /** Everybody may read, nobody may change. */
    public static final List<Acl> READ_ONLY = List.of(new Acl(READ, "world", "anyone"));
    /** The identities that the creating connection has authenticated may do everything. */
    public static final List<Acl> CREATOR_ALL = List.of(new Acl(ALL, "auth", ""));
}
