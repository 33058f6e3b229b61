export { basename, dirname, join, relative } from "node:path";
