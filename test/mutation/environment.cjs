const { require: load } = require('tsx/cjs/api');

/** The environment of the engine tests, which Stryker loads without Jest. */
module.exports = load('../engine/environment.ts', __filename);
