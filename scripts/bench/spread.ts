import { type Figures, medianFigures, say } from './report.ts'
import { exchangeOnce, type Size } from './rounds.ts'
import { type Stage, setStage, type Workshop } from './stage.ts'

const sizes = [10, 1000, 100_000]

/** The same exchange, spread over as many accounts, with ever more policies in the database. */
export const byPolicies = async (workshop: Workshop, { scale, accounts, rounds }: Size) => {
  const figures = new Map<number, Figures[]>(sizes.map((policies) => [policies, []]))
  const stages = new Map<number, Stage>()
  for (const policies of sizes) {
    say(`filling a database with ${policies} policies`)
    const stage = await setStage(workshop, { accounts, policies })
    stages.set(policies, stage)
    await exchangeOnce(stage, workshop, 1000 * scale)
  }
  for (let round = 0; round < rounds; round++) {
    say(`round ${round + 1} of ${rounds}: ${sizes.join(', ')} policies`)
    for (const [policies, stage] of stages) {
      figures.get(policies)?.push(await exchangeOnce(stage, workshop, 5000 * scale))
    }
  }
  for (const stage of stages.values()) stage.close()
  return [...figures].map(([policies, each]) => {
    const { requests_per_second, p99_ms } = medianFigures(each)
    return { policies, requests_per_second, p99_ms }
  })
}

/** Exchanges that each name an account which nobody has asked for yet: nothing is cached. */
export const cold = async (workshop: Workshop, scale: number): Promise<Figures> => {
  const accounts = Math.ceil(4000 * scale)
  say(`${accounts} accounts, each asked once`)
  const stage = await setStage(workshop, { accounts, policies: accounts })
  const figures = await exchangeOnce(stage, workshop, accounts)
  stage.close()
  return figures
}
