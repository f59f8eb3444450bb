package io.pinfold.testing.sim.oracle;

/**
 * The changes of a session happen in the order in which it asked for them, without gaps on each connection, and none from
 * an old connection after the session was answered on a new one.
 */
final class FifoClientOrder implements Invariant {
    private static final int GAP_STATES = 256;

    @Override
    public void hear(Fact fact, Scene scene) {
        for (SessionStory.Match match : scene.matches()) {
            check(match, scene);
        }
    }

    private void check(SessionStory.Match match, Scene scene) {
        Question question = match.question();
        long zxid = match.step().entry().zxid();
        SessionStory story = scene.session(question.conversation.session);
        if (story == null || question.conversation.wild) {
            return;
        }
        for (Conversation other : story.conversations) {
            for (Question earlier : other.questions) {
                if (earlier.step != null
                        && earlier.number > question.number
                        && earlier.step.entry().zxid() < zxid) {
                    throw broken(question + " happened after " + earlier);
                }
            }
            if (other.place > question.conversation.place && other.firstZxid > 0 && other.firstZxid < zxid) {
                throw broken(question + " happened at 0x" + Long.toHexString(zxid)
                        + " when the session had been answered on connection " + other.connection);
            }
        }
        requireNoGap(match, scene);
    }

    /** Whatever the same connection asked for in between was refused, or must have been. */
    private void requireNoGap(SessionStory.Match match, Scene scene) {
        for (Question earlier : match.question().conversation.questions) {
            if (earlier == match.question()) {
                return;
            }
            if (earlier.isWrite()
                    && earlier.step == null
                    && earlier.header == null
                    && !refusable(earlier, match, scene)) {
                throw broken(match.question() + " happened, but " + earlier + " did not");
            }
        }
    }

    private boolean refusable(Question question, SessionStory.Match match, Scene scene) {
        if (Judge.judge(match.step().before(), question.request, question.conversation.session)
                        .txn()
                == null) {
            return true;
        }
        int looked = 0;
        for (Model.Step step : scene.model()
                .between(scene.earliest(question), match.step().entry().zxid())) {
            if (++looked > GAP_STATES
                    || Judge.judge(step.before(), question.request, question.conversation.session)
                                    .txn()
                            == null) {
                return true;
            }
        }
        return !scene.model().remembers(scene.earliest(question));
    }
}
