package io.pinfold.groups;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.pinfold.framework.Codec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Instances as Apache Curator's service discovery writes them, as JSON. What it calls the payload has the metadata here: as a
 * map, or as Spring Cloud's class has it. Names of classes in it are written for other readers, and never looked at for more
 * than their text. Fields that are not known are skipped, and all may be missing. Immutable.
 */
final class InstanceJson implements Codec<ServiceInstance> {
    private static final JsonFactory JSON = new JsonFactory();
    private static final String MAP = "java.util.LinkedHashMap";
    private static final String SPRING = "org.springframework.cloud.zookeeper.discovery.ZookeeperInstance";
    private static final List<UriPart> SPRING_URI = List.of(
            new UriPart("scheme", true),
            new UriPart("://", false),
            new UriPart("address", true),
            new UriPart(":", false),
            new UriPart("port", true));

    /** A part of a pattern for URIs: the name of a variable, or text. Immutable. */
    private record UriPart(String value, boolean variable) {}

    private final boolean spring;

    InstanceJson(boolean spring) {
        this.spring = spring;
    }

    @Override
    public byte[] encode(ServiceInstance instance) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("name", instance.service());
            json.writeStringField("id", instance.id());
            json.writeStringField("address", instance.address());
            writePort(json, "port", instance.port());
            writePort(json, "sslPort", instance.sslPort());
            writePayload(json, instance);
            json.writeNumberField("registrationTimeUTC", instance.registeredAt());
            json.writeStringField("serviceType", "DYNAMIC");
            writeUriSpec(json);
            if (!instance.enabled()) {
                json.writeBooleanField("enabled", false); // older readers know nothing of it
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // cannot happen in memory
        }
        return bytes.toByteArray();
    }

    @Override
    public ServiceInstance decode(byte[] bytes) {
        try (JsonParser json = JSON.createParser(bytes)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("Not a JSON object");
            }
            Fields found = new Fields();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String field = json.currentName();
                json.nextToken();
                found.read(field, json);
            }
            return found.instance();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void writePort(JsonGenerator json, String field, OptionalInt port) throws IOException {
        if (port.isPresent()) {
            json.writeNumberField(field, port.getAsInt());
        } else {
            json.writeNullField(field);
        }
    }

    private void writePayload(JsonGenerator json, ServiceInstance instance) throws IOException {
        if (spring) {
            json.writeObjectFieldStart("payload");
            json.writeStringField("@class", SPRING);
            json.writeStringField("id", instance.id());
            json.writeStringField("name", instance.service());
            json.writeObjectFieldStart("metadata");
            writeMetadata(json, instance);
            json.writeEndObject();
            json.writeEndObject();
        } else if (instance.metadata().isEmpty()) {
            json.writeNullField("payload");
        } else {
            json.writeObjectFieldStart("payload");
            json.writeStringField("@class", MAP);
            writeMetadata(json, instance);
            json.writeEndObject();
        }
    }

    private static void writeMetadata(JsonGenerator json, ServiceInstance instance) throws IOException {
        for (Map.Entry<String, String> entry : instance.metadata().entrySet()) {
            json.writeStringField(entry.getKey(), entry.getValue());
        }
    }

    private void writeUriSpec(JsonGenerator json) throws IOException {
        if (!spring) {
            json.writeNullField("uriSpec");
            return;
        }
        json.writeObjectFieldStart("uriSpec");
        json.writeArrayFieldStart("parts");
        for (UriPart part : SPRING_URI) {
            json.writeStartObject();
            json.writeStringField("value", part.value());
            json.writeBooleanField("variable", part.variable());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    /** What was read so far. Confined to one call. */
    private static final class Fields {
        private String name = "";
        private String id = "";
        private String address = "";
        private OptionalInt port = OptionalInt.empty();
        private OptionalInt sslPort = OptionalInt.empty();
        private final TreeMap<String, String> metadata = new TreeMap<>();
        private boolean enabled = true;
        private long registeredAt;

        void read(String field, JsonParser json) throws IOException {
            switch (field) {
                case "name" -> name = json.getValueAsString("");
                case "id" -> id = json.getValueAsString("");
                case "address" -> address = json.getValueAsString("");
                case "port" -> port = number(json);
                case "sslPort" -> sslPort = number(json);
                case "registrationTimeUTC" -> registeredAt = json.getValueAsLong(0);
                case "enabled" -> enabled = json.getValueAsBoolean(true);
                case "payload" -> readPayload(json);
                default -> json.skipChildren();
            }
        }

        private static OptionalInt number(JsonParser json) throws IOException {
            json.skipChildren();
            return json.currentToken() == JsonToken.VALUE_NUMBER_INT
                    ? OptionalInt.of(json.getIntValue())
                    : OptionalInt.empty();
        }

        /** Texts of the payload, and of the map that Spring Cloud has in it. */
        private void readPayload(JsonParser json) throws IOException {
            if (json.currentToken() != JsonToken.START_OBJECT) {
                json.skipChildren();
                return;
            }
            TreeMap<String, String> texts = new TreeMap<>();
            @Nullable TreeMap<String, String> inner = null;
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String field = json.currentName();
                if (json.nextToken() == JsonToken.START_OBJECT && field.equals("metadata")) {
                    inner = readTexts(json);
                } else if (json.currentToken() == JsonToken.VALUE_STRING) {
                    texts.put(field, json.getText());
                } else {
                    json.skipChildren();
                }
            }
            boolean springs = SPRING.equals(texts.remove("@class"));
            metadata.putAll(springs && inner != null ? inner : texts);
        }

        private static TreeMap<String, String> readTexts(JsonParser json) throws IOException {
            TreeMap<String, String> texts = new TreeMap<>();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String field = json.currentName();
                if (json.nextToken() == JsonToken.VALUE_STRING) {
                    texts.put(field, json.getText());
                } else {
                    json.skipChildren();
                }
            }
            texts.remove("@class");
            return texts;
        }

        ServiceInstance instance() {
            return new ServiceInstance(name, id, address, port, sslPort, metadata, enabled, registeredAt);
        }
    }
}
