package io.pinfold.server.transport;

import io.pinfold.AuthId;
import io.pinfold.server.engine.SaslStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.CallbackHandler;
import javax.security.auth.callback.NameCallback;
import javax.security.auth.callback.PasswordCallback;
import javax.security.auth.callback.UnsupportedCallbackException;
import javax.security.sasl.AuthorizeCallback;
import javax.security.sasl.RealmCallback;
import javax.security.sasl.Sasl;
import javax.security.sasl.SaslException;
import javax.security.sasl.SaslServer;
import org.jspecify.annotations.Nullable;

/**
 * One client's login by SASL's DIGEST-MD5, with the names that clients of ZooKeeper expect. The password does not travel; MD5 is
 * what it is. Confined to the node loop.
 */
final class SaslLogin implements CallbackHandler {
    private static final String MECHANISM = "DIGEST-MD5";
    private static final String SERVICE = "zookeeper";
    private static final String SERVER = "zk-sasl-md5";

    private final Logins logins;
    private @Nullable SaslServer server;
    private String user = "";

    SaslLogin(Logins logins) {
        this.logins = logins;
    }

    /** Takes what the client says. {@return what to say to it, and who it is once that is known} */
    SaslStep step(byte[] token) {
        if (logins.saslUsers().isEmpty()) {
            return SaslStep.NONE;
        }
        try {
            SaslServer current = server;
            if (current == null) {
                current = Sasl.createSaslServer(MECHANISM, SERVICE, SERVER, Map.of(), this);
                server = current;
            }
            if (current == null) {
                return SaslStep.FAILED; // a JVM that was told to do without MD5
            }
            byte[] answer = current.evaluateResponse(token);
            return new SaslStep(
                    answer, false, current.isComplete() ? identities(current.getAuthorizationID()) : List.of());
        } catch (SaslException | IllegalStateException e) {
            return SaslStep.FAILED;
        }
    }

    private List<AuthId> identities(String name) {
        List<AuthId> identities = new ArrayList<>();
        if (name.equals(logins.saslSuperUser())) {
            identities.add(Logins.SUPER);
        }
        identities.add(new AuthId("sasl", name));
        return identities;
    }

    @Override
    public void handle(Callback[] callbacks) throws UnsupportedCallbackException {
        for (Callback callback : callbacks) {
            if (callback instanceof NameCallback name) {
                user = name.getDefaultName();
                name.setName(user);
            } else if (callback instanceof PasswordCallback password) {
                String known = logins.saslUsers().get(user);
                if (known != null) {
                    password.setPassword(known.toCharArray());
                }
            } else if (callback instanceof RealmCallback realm) {
                realm.setText(realm.getDefaultText());
            } else if (callback instanceof AuthorizeCallback authorize) {
                authorize.setAuthorized(authorize.getAuthenticationID().equals(authorize.getAuthorizationID()));
            } else {
                throw new UnsupportedCallbackException(callback);
            }
        }
    }
}
