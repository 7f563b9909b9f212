const proposal = 'pull requests run what their author wrote'
const anyone = 'anyone who can see the repository can start such a run'
const lent = 'it runs with the trust of the base on what a stranger supplied'

/** Events by which people without any right to write start a job: why a policy should not trust them. */
export const strangerEvents: Readonly<Record<string, string>> = {
  pull_request: proposal,
  pull_request_review: proposal,
  pull_request_review_comment: proposal,
  pull_request_comment: proposal,
  issue_comment: 'anyone who may comment can start such a run',
  issues: anyone,
  discussion: anyone,
  discussion_comment: 'anyone who may comment can start such a run',
  fork: anyone,
  watch: anyone,
  gollum: 'where the wiki is open, anyone can start such a run',
}

/** The same for whoever copies the names and has no gate against what lends trust. */
export const knownStrangerEvents: Readonly<Record<string, string>> = {
  ...strangerEvents,
  pull_request_target: lent,
  workflow_run: lent,
}
