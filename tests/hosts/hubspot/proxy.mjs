// HubSpot's own double of the servers that send a card's requests on, and sign them. Prints the port.
import { pathToFileURL } from 'node:url';

const [tools, mapping] = process.argv.slice(2);
const path = `${tools}/@hubspot/ui-extensions-dev-server/dist/lib/proxy/AppProxyService.js`;
const { AppProxyService } = await import(pathToFileURL(path).href);
const logger = { debug() {}, info() {}, warn() {}, error() {} };
const service = AppProxyService({
  localDevUrlMapping: JSON.parse(mapping),
  logger,
  accountId: 1,
  allowedUrls: null,
});
const server = service.listen(0, '127.0.0.1', () => console.log(server.address().port));
