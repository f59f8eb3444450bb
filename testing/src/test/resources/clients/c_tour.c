/* What the C client can do, against the server named on the command line. Prints one line for each part that worked. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zookeeper/zookeeper.h>

#define CHECK(condition)                                                        \
    do {                                                                        \
        if (!(condition)) {                                                     \
            fprintf(stderr, "line %d: %s\n", __LINE__, #condition);             \
            exit(1);                                                            \
        }                                                                       \
    } while (0)

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int connections, events, last_type, completions;
static char last_path[256];

static void await_count(int *counter, int wanted) {
    pthread_mutex_lock(&lock);
    while (*counter < wanted) {
        pthread_cond_wait(&changed, &lock); /* the alarm ends the process if this lasts too long */
    }
    pthread_mutex_unlock(&lock);
}

static void watcher(zhandle_t *zh, int type, int state, const char *path, void *context) {
    pthread_mutex_lock(&lock);
    if (type == ZOO_SESSION_EVENT) {
        connections += state == ZOO_CONNECTED_STATE;
    } else {
        events++;
        last_type = type;
        strncpy(last_path, path, sizeof(last_path) - 1);
    }
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}

static void completed(int rc, const char *value, const void *data) {
    CHECK(rc == ZOK);
    pthread_mutex_lock(&lock);
    completions++;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}

static void authenticated(int rc, const void *data) {
    completed(rc, NULL, data);
}

static void znodes(zhandle_t *zh) {
    char path[128], data[128];
    int length = sizeof(data);
    struct Stat stat;
    struct String_vector names;
    CHECK(zoo_create(zh, "/c", "value", 5, &ZOO_OPEN_ACL_UNSAFE, 0, path, sizeof(path)) == ZOK);
    CHECK(zoo_create(zh, "/c", "value", 5, &ZOO_OPEN_ACL_UNSAFE, 0, path, sizeof(path)) == ZNODEEXISTS);
    CHECK(zoo_create(zh, "/none/x", NULL, -1, &ZOO_OPEN_ACL_UNSAFE, 0, path, sizeof(path)) == ZNONODE);
    CHECK(zoo_create(zh, "/c/s-", NULL, -1, &ZOO_OPEN_ACL_UNSAFE, ZOO_SEQUENCE | ZOO_EPHEMERAL, path, sizeof(path)) == ZOK);
    CHECK(strcmp(path, "/c/s-0000000000") == 0);
    CHECK(zoo_create2(zh, "/c/two", "2", 1, &ZOO_OPEN_ACL_UNSAFE, ZOO_PERSISTENT, path, sizeof(path), &stat) == ZOK);
    CHECK(stat.dataLength == 1 && stat.ephemeralOwner == 0);
    CHECK(zoo_create(zh, "/c/box", NULL, -1, &ZOO_OPEN_ACL_UNSAFE, ZOO_CONTAINER, path, sizeof(path)) == ZOK);
    CHECK(zoo_get(zh, "/c", 0, data, &length, &stat) == ZOK);
    CHECK(length == 5 && memcmp(data, "value", 5) == 0 && stat.numChildren == 3);
    CHECK(zoo_set2(zh, "/c", "more", 4, 0, &stat) == ZOK && stat.version == 1);
    CHECK(zoo_set(zh, "/c", "more", 4, 9) == ZBADVERSION);
    CHECK(zoo_get_children2(zh, "/c", 0, &names, &stat) == ZOK && names.count == 3);
    deallocate_String_vector(&names);
    CHECK(zoo_exists(zh, "/c/s-0000000000", 0, &stat) == ZOK);
    CHECK(stat.ephemeralOwner == zoo_client_id(zh)->client_id);
    CHECK(zoo_exists(zh, "/none", 0, &stat) == ZNONODE);
    CHECK(zoo_delete(zh, "/c", -1) == ZNOTEMPTY);
    CHECK(zoo_delete(zh, "/c/two", 0) == ZOK);
    puts("znodes");
}

static void access_control(zhandle_t *zh) {
    struct ACL_vector acl;
    struct Stat stat;
    char path[64];
    int before = completions;
    CHECK(zoo_add_auth(zh, "digest", "bob:pw", 6, authenticated, NULL) == ZOK);
    await_count(&completions, before + 1);
    CHECK(zoo_create(zh, "/c/mine", NULL, -1, &ZOO_CREATOR_ALL_ACL, 0, path, sizeof(path)) == ZOK);
    CHECK(zoo_get_acl(zh, "/c/mine", &acl, &stat) == ZOK);
    CHECK(acl.count == 1 && strcmp(acl.data[0].id.scheme, "digest") == 0);
    deallocate_ACL_vector(&acl);
    CHECK(zoo_set_acl(zh, "/c/mine", 0, &ZOO_READ_ACL_UNSAFE) == ZOK);
    CHECK(zoo_set(zh, "/c/mine", "x", 1, -1) == ZNOAUTH);
    puts("access");
}

static void transactions(zhandle_t *zh) {
    zoo_op_t ops[4];
    zoo_op_result_t results[4];
    struct Stat stat;
    char path[64], data[8];
    int length = sizeof(data);
    zoo_create_op_init(&ops[0], "/c/tx", "1", 1, &ZOO_OPEN_ACL_UNSAFE, 0, path, sizeof(path));
    zoo_check_op_init(&ops[1], "/c/tx", 0);
    zoo_set_op_init(&ops[2], "/c/tx", "2", 1, 0, &stat);
    zoo_delete_op_init(&ops[3], "/c/s-0000000000", -1);
    CHECK(zoo_multi(zh, 4, ops, results) == ZOK);
    CHECK(strcmp(path, "/c/tx") == 0 && stat.version == 1);
    zoo_delete_op_init(&ops[0], "/c/tx", -1);
    zoo_check_op_init(&ops[1], "/none", -1);
    CHECK(zoo_multi(zh, 2, ops, results) == ZNONODE);
    CHECK(results[0].err == ZOK && results[1].err == ZNONODE);
    CHECK(zoo_get(zh, "/c/tx", 0, data, &length, &stat) == ZOK && data[0] == '2');
    puts("transactions");
}

static void watches(zhandle_t *zh, zhandle_t *other) {
    struct Stat stat;
    char path[64];
    int seen = events;
    struct String_vector names;
    CHECK(zoo_wexists(zh, "/c/watched", watcher, NULL, &stat) == ZNONODE);
    CHECK(zoo_create(other, "/c/watched", NULL, -1, &ZOO_OPEN_ACL_UNSAFE, 0, path, sizeof(path)) == ZOK);
    await_count(&events, seen + 1);
    CHECK(last_type == ZOO_CREATED_EVENT && strcmp(last_path, "/c/watched") == 0);
    CHECK(zoo_wget_children(zh, "/c/watched", watcher, NULL, &names) == ZOK);
    CHECK(zoo_create(other, "/c/watched/x", NULL, -1, &ZOO_OPEN_ACL_UNSAFE, 0, path, sizeof(path)) == ZOK);
    await_count(&events, seen + 2);
    CHECK(last_type == ZOO_CHILD_EVENT);
    CHECK(zoo_wexists(zh, "/c/watched", watcher, NULL, &stat) == ZOK);
    CHECK(zoo_remove_watches(zh, "/c/watched", ZWATCHTYPE_DATA, watcher, NULL, 0) == ZOK);
    CHECK(zoo_remove_watches(zh, "/c/watched", ZWATCHTYPE_DATA, watcher, NULL, 0) == ZNOWATCHER);
    CHECK(zoo_set(other, "/c/watched", "x", 1, -1) == ZOK);
    puts("watches");
}

static void many(zhandle_t *zh) {
    char path[64];
    int before = completions;
    for (int i = 0; i < 500; i++) {
        snprintf(path, sizeof(path), "/c/many-%d", i);
        CHECK(zoo_acreate(zh, path, "x", 1, &ZOO_OPEN_ACL_UNSAFE, ZOO_EPHEMERAL, completed, NULL) == ZOK);
    }
    await_count(&completions, before + 500);
    puts("many");
}

int main(int count, char **arguments) {
    struct Stat stat;
    CHECK(count == 2);
    alarm(120);
    zoo_set_debug_level(0);
    zhandle_t *zh = zookeeper_init(arguments[1], watcher, 20000, NULL, NULL, 0);
    zhandle_t *other = zookeeper_init(arguments[1], watcher, 20000, NULL, NULL, 0);
    CHECK(zh != NULL && other != NULL);
    await_count(&connections, 2);
    znodes(zh);
    access_control(zh);
    transactions(zh);
    watches(zh, other);
    many(zh);
    CHECK(zookeeper_close(zh) == ZOK);
    CHECK(zoo_set(other, "/c", "", 0, -1) == ZOK); /* its member has heard of everything before */
    CHECK(zoo_exists(other, "/c/many-0", 0, &stat) == ZNONODE);
    CHECK(zookeeper_close(other) == ZOK);
    puts("done");
    return 0;
}
