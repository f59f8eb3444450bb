package io.pinfold.server.admin;

import static io.pinfold.server.admin.SessionCommands.strings;

import com.fasterxml.jackson.core.JsonGenerator;
import io.pinfold.server.consensus.Member;
import io.pinfold.server.consensus.Role;
import io.pinfold.server.engine.Inspection;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Answers what operators ask about the members of an ensemble; a server alone is none. Confined to the node loop. */
final class EnsembleCommands {
    private EnsembleCommands() {}

    /** {@return what is answered instead where nobody can lead} */
    static @Nullable String alone(Asked asked, Map<String, List<String>> arguments) {
        return asked.facts().ensemble() ? null : "server is not initialized";
    }

    static void leader(Asked asked, JsonGenerator json) throws IOException {
        int leader = asked.seen().status().leader();
        Member member = asked.seen().membership().find(leader);
        json.writeBooleanField("is_leader", asked.seen().status().role() == Role.LEADER);
        json.writeNumberField("leader_id", leader);
        json.writeStringField("leader_ip", member == null ? "" : member.host());
    }

    static void observers(Asked asked, JsonGenerator json) throws IOException {
        json.writeNumberField("synced_observers", asked.seen().synced(false));
        json.writeArrayFieldStart("observers");
        json.writeEndArray();
    }

    static void votingView(Asked asked, JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("current_config");
        List<Member> members =
                asked.facts().ensemble() ? asked.seen().membership().members() : List.of();
        for (Member member : members) {
            json.writeObjectFieldStart(Integer.toString(member.id()));
            strings("server_addresses", List.of(member.host() + ":" + member.peerPort()), json);
            strings("election_addresses", List.of(member.host() + ":" + member.electionPort()), json);
            json.writeStringField("client_address", member.clients());
            json.writeStringField("learner_type", member.observer() ? "observer" : "participant");
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    static void state(Asked asked, JsonGenerator json) throws IOException {
        Inspection seen = asked.seen();
        if (!asked.facts().ensemble()) {
            json.writeBooleanField("voting", false);
            json.writeStringField("zabstate", "");
            return;
        }
        long zxid = seen.status().appliedZxid();
        Member self = seen.membership().find(asked.facts().memberId());
        json.writeNumberField("myid", asked.facts().memberId());
        json.writeBooleanField("is_leader", seen.status().role() == Role.LEADER);
        if (self != null) {
            address("quorum_address", self.host(), self.peerPort(), json);
            address("election_address", self.host(), self.electionPort(), json);
            json.writeStringField("client_address", self.clients());
        }
        json.writeBooleanField("voting", seen.status().voting());
        json.writeStringField("last_zxid", "0x" + Long.toHexString(zxid));
        json.writeNumberField("zab_epoch", zxid >>> 32);
        json.writeNumberField("zab_counter", zxid & 0xffff_ffffL);
        json.writeStringField("zabstate", seen.status().serving() ? "broadcast" : "election");
    }

    /** A member has one address, which is all that is asked for here under many names. */
    private static void address(String field, String host, int port, JsonGenerator json) throws IOException {
        String address = host + ":" + port;
        json.writeObjectFieldStart(field);
        json.writeBooleanField("empty", false);
        strings("all_addresses", List.of(address), json);
        strings("wildcard_addresses", List.of("0.0.0.0:" + port), json);
        json.writeArrayFieldStart("all_ports");
        json.writeNumber(port);
        json.writeEndArray();
        strings("all_host_strings", List.of(host), json);
        strings("all_reachable_addresses", List.of(address), json);
        strings("all_reachable_addresses_or_all", List.of(address), json);
        json.writeStringField("reachable_address", address);
        json.writeStringField("reachable_or_one", address);
        json.writeStringField("one", address);
        json.writeEndObject();
    }
}
