package io.pinfold.server.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.pinfold.AuthId;
import io.pinfold.server.engine.PendingRequest.Kind;
import io.pinfold.wire.JuteReader;
import io.pinfold.wire.JuteWriter;
import io.pinfold.wire.MalformedFrame;
import io.pinfold.wire.Replies;
import io.pinfold.wire.Request;
import java.util.List;
import org.junit.jupiter.api.Test;

class PeerFramesTest {
    @Test
    void aChangeTakesTheIdentitiesOfItsClientAlong() throws MalformedFrame {
        List<AuthId> identities = List.of(new AuthId("ip", "10.0.0.7"), new AuthId("digest", "bob:hash"));
        Request request = new Request.Delete("/a", 3);
        JuteWriter out = new JuteWriter();
        PeerFrames.writeAsk(out, 5, new Asked(Kind.WRITE, 1, 2, 3, 4, 0, request, identities));

        JuteReader in = new JuteReader(out.toByteArray());
        in.readByte();
        for (int i = 0; i < 3; i++) {
            in.readLong();
        }
        in.readInt();
        in.readInt();
        assertEquals(request, PeerFrames.readRequest(in));
        assertEquals(identities, Replies.readAuthIds(in));
        assertEquals(0, in.remaining());
    }
}
