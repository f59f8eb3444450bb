import org.jspecify.annotations.NullMarked;

/** Configuration that follows the server, and values that many change. */
@NullMarked
module io.pinfold.config {
    requires transitive static org.jspecify;
    requires transitive io.pinfold.client;
    requires com.github.benmanes.caffeine;
    requires org.slf4j;

    exports io.pinfold.config;
}
