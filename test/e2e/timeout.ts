// The first run installs n8n.
jest.setTimeout(15 * 60_000);
