// What people say of a price change, oldest first, and a place to say something.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Schemas } from '../../api/client';
import { useIntent } from '../../api/intent';
import { usePages } from '../../api/pages';
import { NeedsRole } from '../../app/rights';
import { useMe } from '../../app/session';
import { commentKind } from '../../shared/words';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { forgetDraft, keepDraft, keptDraft } from '../../ui/document/draft';
import { LongTextField } from '../../ui/fields';
import { List } from '../../ui/list';
import { ProblemPanel } from '../../ui/problem-panel';
import { Status } from '../../ui/status';
import { Instant } from '../../ui/values';
import styles from './discussion.module.css';

type Comment = Schemas['Comment'];

export function Discussion({ id }: { id: string }) {
  const query = usePages<Comment>({
    key: ['comments', id],
    load: async (cursor, signal) => {
      const { data } = await api.GET('/api/v1/price-changes/{id}/comments', { params: { path: { id }, query: { cursor } }, signal });
      return data!;
    },
  });
  return (
    <Card title="Discussion" flush>
      <List query={query} noun="comments" empty={<p>Nobody has said anything yet. What is said here stays with the price change.</p>}>
        {(comments, busy) => (
          <ol className={styles.comments} aria-busy={busy}>
            {comments.map((comment) => (
              <li key={comment.id}>
                <p className={styles.by}>
                  <strong>{comment.author}</strong>
                  {comment.kind !== 'comment' && <Status word={commentKind(comment.kind)} quiet />}
                  <span className="muted">
                    <Instant at={comment.created_at} />
                  </span>
                </p>
                {comment.body && <p className={styles.body}>{comment.body}</p>}
              </li>
            ))}
          </ol>
        )}
      </List>
      <div className={styles.write}>
        <NeedsRole role="editor" to="the discussion but not take part in it">
          <Write id={id} />
        </NeedsRole>
      </div>
    </Card>
  );
}

/** What was typed stays until it has arrived, also while another part or page is looked at. */
function Write({ id }: { id: string }) {
  const queries = useQueryClient();
  const intent = useIntent();
  // Whoever signs in next in this tab does not find it.
  const name = `comment ${useMe().email} ${id}`;
  const [body, setBody] = useState(() => keptDraft(sessionStorage, name)?.text ?? '');
  const type = (text: string) => {
    setBody(text);
    if (text === '') forgetDraft(sessionStorage, name);
    else keepDraft(sessionStorage, name, { text, base: null });
  };
  const say = useMutation({
    mutationFn: async () => {
      const said = { body: body.trim() };
      await api.POST('/api/v1/price-changes/{id}/comments', { body: said, params: { path: { id }, header: { 'Idempotency-Key': intent.keyFor(said) } } });
    },
    onSuccess: () => {
      intent.done();
      type('');
      void queries.invalidateQueries({ queryKey: ['comments', id] });
    },
  });
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (body.trim() !== '' && !say.isPending) say.mutate();
      }}
    >
      <LongTextField label="Your comment" value={body} onChange={type} name="comment" />
      {say.error ? <ProblemPanel problem={say.error} notDone="The comment was not kept. What you wrote still stands here." /> : null}
      <div>
        <Button type="submit" busy={say.isPending} blockedBy={body.trim() === '' ? 'comment-empty' : undefined}>
          Add the comment
        </Button>{' '}
        {body.trim() === '' && (
          <span id="comment-empty" className="muted">
            Write something first.
          </span>
        )}
      </div>
    </form>
  );
}
