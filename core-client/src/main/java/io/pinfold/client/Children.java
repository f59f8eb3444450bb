package io.pinfold.client;

import io.pinfold.Stat;
import java.util.List;

/**
 * The children of a znode as they were listed. Immutable.
 *
 * @param path the parent
 * @param names the children's names, in no particular order
 * @param stat the parent's metadata at the same zxid
 */
public record Children(String path, List<String> names, Stat stat) {}
