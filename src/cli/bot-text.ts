/** How the writes of the bot are shown: all that is sent, as text. */
import type { Write } from '../bot/writes.ts';
import { visible, visibleLine } from '../report/visible.ts';

/** Ends with a line feed. What others wrote in it is made visible. */
export function writeText(repository: string, write: Write): string {
  const head = `== ${visibleLine(repository)}: ${titleOf(write)}\n`;
  const body = bodyOf(write);
  return body === '' ? head : `${head}${visible(body).replace(/^/gm, '   ').trimEnd()}\n`;
}

function titleOf(write: Write): string {
  switch (write.op) {
    case 'commit': {
      const { branch, base, expectedHead } = write.request;
      const from = expectedHead === null ? 'a new branch' : `now at ${expectedHead.slice(0, 12)}`;
      return `commit to ${branch} (${from}) on ${base.slice(0, 12)}`;
    }
    case 'delete-branch':
      return `delete branch ${write.branch} at ${write.expectedHead.slice(0, 12)}`;
    case 'create-pull-request':
      return `open pull request ${write.request.branch} → ${write.request.baseBranch}`;
    case 'update-pull-request':
      return `update pull request #${write.number}`;
    case 'close-pull-request':
      return `close pull request #${write.number}`;
    case 'comment':
      return `comment on #${write.number} (${write.marker})`;
    case 'add-labels':
      return `add labels to #${write.number}`;
    case 'request-reviewers':
      return `ask for reviews of #${write.number}`;
    case 'add-assignees':
      return `assign #${write.number}`;
    case 'enable-auto-merge':
      return `let the forge merge #${write.number} when its checks pass (${write.method})`;
    case 'issue':
      return `issue (${write.marker}, ${write.state})`;
  }
}

function bodyOf(write: Write): string {
  switch (write.op) {
    case 'commit': {
      const { message, files } = write.request;
      const texts = files.map(
        ({ path, mode, content }) =>
          `--- ${path} (${mode}, ${content.length} bytes)\n${new TextDecoder().decode(content)}`,
      );
      return [message.trimEnd(), ...texts].join('\n');
    }
    case 'create-pull-request':
      return `${write.request.title}\n\n${write.request.body}`;
    case 'update-pull-request':
      return [write.title, write.body].filter((part) => part !== undefined).join('\n\n');
    case 'comment':
      return write.body;
    case 'issue':
      return `${write.title}\n\n${write.body}`;
    case 'add-labels':
      return write.labels.join(', ');
    case 'request-reviewers':
      return write.reviewers.join(', ');
    case 'add-assignees':
      return write.assignees.join(', ');
    case 'delete-branch':
    case 'close-pull-request':
    case 'enable-auto-merge':
      return '';
  }
}
