package io.pinfold.groups;

/** Another member of the group has the id already. */
public final class DuplicateMemberException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    /** What the other member is called. */
    private final String id;

    DuplicateMemberException(String id, String path) {
        super("Another member is called " + id + ": " + path + " exists");
        this.id = id;
    }

    /** {@return what the other member is called} */
    public String id() {
        return id;
    }
}
