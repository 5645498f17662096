/** What is used of Node's client of `https:`. A file of its own, so that it is loaded when it is first asked for. */
export { Agent, request } from 'node:https';
