/** What is used of Node's client of `http:`. A file of its own, so that it is loaded when it is first asked for. */
export { Agent, request } from 'node:http';
