import { check } from './check.ts'

console.log(JSON.stringify(await check()))
