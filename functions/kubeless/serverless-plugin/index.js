// Serverless wants JavaScript: ts-node translates the plugin as it does every program of the project.
const { join } = require('node:path')
require('ts-node').register({ project: join(__dirname, '../../../tsconfig.json') })
module.exports = require('./plugin.ts').KubelessPlugin
