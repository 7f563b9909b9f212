const perRun =
  /(^|[-_/.])(sha|jti|commit|(run|job|build|step|wf|ppl|workflow|pipeline|machine|agent|pod)[-_/]?(id|uid|uuid|number|attempt|version|name|sha))$/i

/** Whether a claim, by its name, has another value in every run: binding it admits one run only. */
export const isPerRun = (name: string): boolean => perRun.test(name)
