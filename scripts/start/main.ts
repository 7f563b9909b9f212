import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

// The gateway runs in a child that ends when this process does, however it ends: a launcher that is
// killed with -9 cannot clean up, and a workerd left behind would hold the port.
const child = fork(fileURLToPath(new URL('./serve.ts', import.meta.url)), process.argv.slice(2))

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal))
child.on('exit', (code) => process.exit(code ?? 1))

// Under npm the parent may go without a signal; then nobody is left to end this.
const parent = process.ppid
setInterval(() => process.ppid !== parent && child.kill('SIGTERM'), 1000).unref()
