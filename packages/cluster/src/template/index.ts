/** Text from a template and values. The only place that imports handlebars. */
export { templateCodes } from './codes.ts';
export { type Quote, quoteWord } from './quote.ts';
export { type Render, template } from './template.ts';
