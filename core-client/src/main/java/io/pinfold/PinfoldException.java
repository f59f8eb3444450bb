package io.pinfold;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The root of everything that Pinfold throws; unchecked and sealed, so that callers react by type.
 *
 * <p>Three types speak of lost connections: {@link ConnectionLostException} and {@link OperationTimeoutException} mean
 * "had no effect", {@link OutcomeUnknownException} means "may have happened".
 */
public abstract sealed class PinfoldException extends RuntimeException
        permits AuthFailedException,
                BadArgumentsException,
                BadVersionException,
                ClientClosedException,
                ConnectionLostException,
                InvalidAclException,
                LeaseLostException,
                NoAuthException,
                NoChildrenForEphemeralsException,
                NoNodeException,
                NoWatcherException,
                NodeExistsException,
                NotEmptyException,
                OperationTimeoutException,
                OutcomeUnknownException,
                QuotaExceededException,
                ServerException,
                SessionExpiredException,
                TransactionFailedException,
                UnimplementedException {
    private static final long serialVersionUID = 1L;

    /** What the server, or the client in its place, answered. */
    private final ErrorCode code;
    /** The znode concerned, if one is. */
    private final @Nullable String path;
    /** How the call fared, once its client has said so. */
    private volatile @Nullable CallHistory history;

    PinfoldException(ErrorCode code, @Nullable String path, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
        this.path = path;
    }

    /** {@return the protocol's code for this error} */
    public ErrorCode code() {
        return code;
    }

    /** {@return the znode that the call was about, if it was about one} */
    public Optional<String> path() {
        return Optional.ofNullable(path);
    }

    /** {@return how the call fared: in which session, for how long, over how many setbacks; empty if it was refused at once} */
    public final Optional<CallHistory> history() {
        return Optional.ofNullable(history);
    }

    /**
     * Notes how the call fared; for clients, which know only when they give the exception away. The first note stays.
     *
     * @param fared how
     */
    public final void note(CallHistory fared) {
        if (history == null) {
            history = fared;
        }
    }

    /**
     * {@return the exception for an error that a server sent}
     *
     * @param code any code but {@link ErrorCode#OK}
     * @param path the znode that the call was about, or {@code null}
     */
    public static PinfoldException of(ErrorCode code, @Nullable String path) {
        String at = path == null ? "" : " " + path;
        return switch (code) {
            case OK -> throw new IllegalArgumentException("OK is no error");
            case NO_NODE -> new NoNodeException(path, "There is no znode" + at);
            case NODE_EXISTS -> new NodeExistsException(path, "The znode" + at + " exists already");
            case BAD_VERSION -> new BadVersionException(path, "The znode" + at + " has another version");
            case NOT_EMPTY -> new NotEmptyException(path, "The znode" + at + " has children");
            case NO_CHILDREN_FOR_EPHEMERALS ->
                new NoChildrenForEphemeralsException(
                        path, "The parent of" + at + " is ephemeral and may not have children");
            case BAD_ARGUMENTS -> new BadArgumentsException(path, "The server refused an argument of the call on" + at);
            case INVALID_ACL -> new InvalidAclException(path, "The access control list for" + at + " is not legal");
            case NO_AUTH -> new NoAuthException(path, "This connection's identities may not do this on" + at);
            case AUTH_FAILED -> new AuthFailedException(path, "The server refused the credentials");
            case SESSION_EXPIRED -> new SessionExpiredException(path, "The session is over");
            case NO_WATCHER -> new NoWatcherException(path, "There is no such watch on" + at);
            case QUOTA_EXCEEDED -> new QuotaExceededException(path, "A quota above" + at + " is used up");
            case UNIMPLEMENTED -> new UnimplementedException(path, "The server does not do this operation");
            case OPERATION_TIMEOUT, REQUEST_TIMEOUT -> new OperationTimeoutException(path, "The call timed out");
            case NOT_READ_ONLY ->
                new ServerException(
                        code, path, "The server has no quorum and answers reads only; nothing was changed" + at);
            case CONNECTION_LOSS -> new ConnectionLostException(path, "The connection is lost");
            default -> new ServerException(code, path, "The server answered " + code + at);
        };
    }
}
