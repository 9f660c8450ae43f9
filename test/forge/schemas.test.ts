import { describe, expect, it } from 'vitest';
import { createAnswerCheck } from '../support/fake-forge/github-schemas.ts';

describe("GitHub's own description of its answers", () => {
  const check = createAnswerCheck();
  const sha = 'a'.repeat(40);
  const ref = {
    ref: 'refs/heads/x',
    node_id: 'x',
    url: 'https://api.github.com/repos/a/b/git/refs/heads/x',
    object: { type: 'commit', sha, url: `https://api.github.com/repos/a/b/git/commits/${sha}` },
  };
  const error = { message: 'Validation Failed', documentation_url: 'https://docs.github.com/rest' };

  it('accepts what it describes', () => {
    expect(check('git/create-ref', { status: 201, body: ref })).toBeNull();
    expect(check('git/create-ref', { status: 422, body: error })).toBeNull();
    expect(check('git/delete-ref', { status: 204 })).toBeNull();
    expect(check('issues/list-labels-on-issue', { status: 200, body: [] })).toBeNull();
    // Not declared there, but any operation may answer so.
    expect(check('git/create-ref', { status: 403, body: error })).toBeNull();
  });

  it.each([
    ['a field is missing', 'git/create-ref', 201, { ...ref, object: { ...ref.object, sha: undefined } }],
    ['a field is of another kind', 'git/create-ref', 201, { ...ref, node_id: 7 }],
    ['a field has another format', 'git/create-ref', 201, { ...ref, url: 'somewhere' }],
    ['a list is none', 'issues/list-labels-on-issue', 200, {}],
    ['an error is none', 'git/create-ref', 422, { message: 7 }],
    ['the status is another', 'git/create-ref', 200, ref],
    ['there should be no body', 'git/delete-ref', 204, {}],
    ['there should be a body', 'git/create-ref', 201, undefined],
    ['there is no such operation', 'git/make-ref', 201, ref],
  ])('says when %s', (_, operation, status, body) => {
    expect(check(operation, { status, body })).toMatch(/^GitHub/);
  });

  it('knows the words of an enumeration, and what may be null', () => {
    const basic = { message: 'x' };
    expect(check('repos/get', { status: 404, body: basic })).toBeNull();
    const entry = { sha: null, filename: 'x', status: 'renewed' };
    expect(check('pulls/list-files', { status: 200, body: [entry] })).toContain('status');
    expect(check('pulls/list-files', { status: 200, body: [entry] })).not.toContain('sha');
  });
});
