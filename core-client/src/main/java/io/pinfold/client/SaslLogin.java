package io.pinfold.client;

import io.pinfold.client.session.Login;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Supplier;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.CallbackHandler;
import javax.security.auth.callback.NameCallback;
import javax.security.auth.callback.PasswordCallback;
import javax.security.auth.callback.UnsupportedCallbackException;
import javax.security.sasl.RealmCallback;
import javax.security.sasl.Sasl;
import javax.security.sasl.SaslClient;
import javax.security.sasl.SaslException;
import org.jspecify.annotations.Nullable;

/**
 * DIGEST-MD5 with the names that ZooKeeper's servers expect. The server shows in the end that it knows the password, too. Confined
 * to the client's loop.
 */
final class SaslLogin implements Login, CallbackHandler {
    private static final String MECHANISM = "DIGEST-MD5";
    private static final String SERVICE = "zookeeper";
    private static final String SERVER = "zk-sasl-md5";
    private static final byte[] NOTHING = {};

    private final String user;
    private final Supplier<char[]> password;
    private @Nullable SaslClient client;

    SaslLogin(String user, Supplier<char[]> password) {
        this.user = user;
        this.password = password;
    }

    @Override
    public byte[] begin() throws Refused {
        try {
            client = Sasl.createSaslClient(new String[] {MECHANISM}, user, SERVICE, SERVER, Map.of(), this);
        } catch (SaslException e) {
            throw new Refused("the login cannot begin: " + e.getMessage(), e);
        }
        if (client == null) {
            throw new Refused("this JVM has no " + MECHANISM, null);
        }
        return NOTHING; // the server begins
    }

    @Override
    public byte @Nullable [] answer(byte[] challenge) throws Refused {
        SaslClient current = client;
        if (current == null) {
            throw new Refused("the server speaks out of turn", null);
        }
        try {
            byte[] next = current.evaluateChallenge(challenge);
            return current.isComplete() ? null : next;
        } catch (SaslException | IllegalStateException e) {
            throw new Refused(
                    "the server does not know the password, or speaks another language: " + e.getMessage(), e);
        }
    }

    @Override
    public void handle(Callback[] callbacks) throws UnsupportedCallbackException {
        for (Callback callback : callbacks) {
            if (callback instanceof NameCallback name) {
                name.setName(user);
            } else if (callback instanceof PasswordCallback wanted) {
                tell(wanted);
            } else if (callback instanceof RealmCallback realm) {
                realm.setText(realm.getDefaultText());
            } else {
                throw new UnsupportedCallbackException(callback);
            }
        }
    }

    private void tell(PasswordCallback wanted) throws UnsupportedCallbackException {
        try {
            char[] secret = password.get();
            wanted.setPassword(secret);
            Arrays.fill(secret, '\0');
        } catch (RuntimeException e) { // users' code; the login fails, and the loop goes on
            throw (UnsupportedCallbackException)
                    new UnsupportedCallbackException(wanted, "nobody could tell the password").initCause(e);
        }
    }
}
