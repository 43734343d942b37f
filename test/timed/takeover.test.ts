import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as pass } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { onBoth } from '../databases.ts'

const program = fileURLToPath(new URL('./worker.ts', import.meta.url))

async function aWorker(url: string) {
  const child = spawn(process.execPath, [program, url], { stdio: ['ignore', 'pipe', 'inherit'] })
  const gone = once(child, 'exit')
  const said: string[] = []
  child.stdout.on('data', (part: Buffer) => said.push(...part.toString().trim().split('\n')))
  while (!said.includes('ready')) await pass(10)
  return {
    times: () => said.filter((word) => word === 'worked').length,
    end: async (signal: NodeJS.Signals) => {
      child.kill(signal)
      await gone
    },
  }
}

onBoth('of three processes one does the timed work, and when it is killed one of the others does', async (database) => {
  const { url, drop } = await database.make()
  const workers = await Promise.all([0, 1, 2].map(() => aWorker(url)))
  const atWork = async () => {
    const before = workers.map((worker) => worker.times())
    await pass(2500)
    return workers.filter((worker, index) => worker.times() > (before[index] as number))
  }
  await pass(1500)
  const [first, ...others] = await atWork()
  assert.ok(first, 'nobody works')
  assert.equal(others.length, 0)
  await first.end('SIGKILL')
  // a lease lasts 15 s, 1.5 on these clocks, and is asked for each second
  await pass(3500)
  const [second, ...more] = await atWork()
  assert.ok(second && second !== first, 'nobody took over')
  assert.equal(more.length, 0)
  for (const worker of workers) await worker.end('SIGKILL')
  await drop()
})
