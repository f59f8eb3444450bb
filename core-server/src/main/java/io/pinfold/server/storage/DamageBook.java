package io.pinfold.server.storage;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers what is missing from the log, durably and apart from it: first the evidence is written down, then the log may go
 * on without what cannot be read. So neither a crash nor another start makes anybody believe that it was never there.
 * Confined to the thread that opens the storage, then to the disk thread; anybody may look at the damage.
 */
final class DamageBook {
    private static final Logger LOG = LoggerFactory.getLogger(DamageBook.class);

    private final Disk disk;
    private final MetadataFiles files;
    private final boolean tolerated;
    private volatile @Nullable Damage damage;

    DamageBook(Disk disk, MetadataFiles files, boolean tolerated) {
        this.disk = disk;
        this.files = files;
        this.tolerated = tolerated;
        this.damage = files.damage();
    }

    /** {@return whether there are peers that have what is missing here} */
    boolean isTolerated() {
        return tolerated;
    }

    /** {@return what is missing, null when nothing is} */
    @Nullable
    Damage damage() {
        return damage;
    }

    /** Takes note that entries are missing, before anything is done about it. */
    void missing(long fromZxid, long neededZxid, String where) throws IOException {
        Damage found = new Damage(fromZxid, Math.max(fromZxid, neededZxid));
        Damage known = damage;
        Damage both = known == null ? found : Damage.of(known, found);
        LOG.warn(
                "log-damaged dir={} from={} to={} reason={}; until a leader has sent that again, this member does not lead, and"
                        + " votes only for members that have it",
                disk.location(),
                FileNames.zxid(found.fromZxid()),
                FileNames.zxid(found.neededZxid()),
                where);
        remember(both);
    }

    private void remember(@Nullable Damage changed) throws IOException {
        files.write(changed);
        damage = changed;
    }

    /** At start: says what is still missing, or gives it up if the operator says so. */
    void look(List<String> names, long lastZxid) throws IOException {
        Damage known = damage;
        if (known == null) {
            return;
        }
        String giveUp = FileNames.acceptLoss(known.fromZxid());
        if (names.contains(giveUp)) {
            LOG.warn(
                    "loss-accepted dir={} from={} to={} file={}",
                    disk.location(),
                    FileNames.zxid(known.fromZxid()),
                    FileNames.zxid(known.neededZxid()),
                    giveUp);
            remember(null);
            disk.delete(giveUp);
            disk.forceDirectory();
        } else if (lastZxid >= known.neededZxid()) {
            repaired(lastZxid);
        } else if (!tolerated) {
            throw new StorageException("transactions from " + FileNames.zxid(known.fromZxid()) + " on are missing in "
                    + disk.location() + " although everything up to " + FileNames.zxid(known.neededZxid())
                    + " was durable, and a server without peers cannot get them back; restore the directory from a"
                    + " backup, or give them up by creating an empty file " + giveUp + " beside it and starting again");
        } else {
            LOG.warn(
                    "log-incomplete dir={} from={} to={} reason=a leader has to send that; if no other member has it, give it"
                            + " up by creating an empty file {} there and starting again",
                    disk.location(),
                    FileNames.zxid(known.fromZxid()),
                    FileNames.zxid(known.neededZxid()),
                    giveUp);
        }
    }

    /** The log is durable up to a zxid, which may be all that was missing. */
    void durable(long zxid) throws IOException {
        Damage known = damage;
        if (known != null && zxid >= known.neededZxid()) {
            repaired(zxid);
        }
    }

    private void repaired(long zxid) throws IOException {
        remember(null);
        for (String name : disk.list()) {
            if (FileNames.isSetAside(name)) {
                disk.delete(name);
            }
        }
        disk.forceDirectory();
        LOG.info("log-repaired dir={} to={}", disk.location(), FileNames.zxid(zxid));
    }
}
