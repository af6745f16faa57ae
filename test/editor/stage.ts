/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs in Node.js beside n8n, never inside it */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';

import { createN8n, type N8n } from '../lab/n8n';
import { startPlatform, type Platform } from '../platform/platform';
import { launchBrowser } from './browser';
import { Editor } from './editor';
import { PUMP, PUMP_CAPABILITIES } from './pump';

/** The address that the pictures show. */
const HOST = 'iot.example.com';
export const SERVER = `https://${HOST}:8743`;

/** A real n8n and the stand-in of the platform under a name that readers take for their own, ready for pictures. */
export interface Stage {
	n8n: N8n;
	platform: Platform;
	editor: Editor;
	close(): Promise<void>;
}

export async function setStage(): Promise<Stage> {
	const platform = await startPlatform({ hostNames: [HOST], appId: 'city-water-pumps' });
	await platform.addDevice(PUMP, {
		name: 'Pump 7',
		status: 'ONLINE',
		capabilities: PUMP_CAPABILITIES,
	});
	await platform.addDevice('1b0e7c44-93aa-4c5e-8f21-6d2f9b3a5c17', {
		name: 'Street Lamp 12',
		status: 'ONLINE',
	});
	await platform.addDevice('c2d94e10-5a77-4f0b-b1c3-0e8d7f6a9b24', { name: 'Pump 8', status: 'OFFLINE' });
	const proxy = await listen(proxyTo(platform.port));
	const mail = await listen(mailServer());
	const folder = mkdtempSync(join(tmpdir(), 'n8n-nodes-huawei-iot-stage-'));
	const ca = join(folder, 'ca.pem');
	writeFileSync(ca, platform.certificates.ca);
	const n8n = await createN8n({
		env: { HTTPS_PROXY: `http://127.0.0.1:${portOf(proxy)}`, NODE_EXTRA_CA_CERTS: ca },
	});
	let browser: Browser | undefined;
	const close = async () => {
		await browser?.close();
		await n8n.remove();
		await platform.close();
		proxy.close();
		mail.close();
		rmSync(folder, { recursive: true });
	};
	let isReady = false;
	try {
		await n8n.importCredentials([
			{
				id: 'huaweiIotApi0001',
				name: 'Huawei IoT Platform',
				type: 'huaweiIotApi',
				data: {
					server: SERVER,
					appKey: platform.appId,
					authentication: 'appSecret',
					secret: platform.secret,
					sessionToken: '',
					requestsPerMinute: 100,
				},
			},
			{
				id: 'smtp000000000001',
				name: 'Mail',
				type: 'smtp',
				data: { host: '127.0.0.1', port: portOf(mail), secure: false, disableStartTls: true },
			},
		]);
		[browser] = await Promise.all([launchBrowser(), n8n.start()]);
		const editor = await Editor.login(browser, n8n);
		isReady = true;
		return { n8n, platform, editor, close };
	} finally {
		if (!isReady) await close();
	}
}

/** Tunnels for one host, whatever the port, and for nothing else. */
function proxyTo(port: number): Server {
	return createHttpServer().on('connect', ({ url }, client) => {
		if (url?.split(':')[0] !== HOST) {
			client.end('HTTP/1.1 403 Forbidden\r\n\r\n');
			return;
		}
		const server = connect(port, '127.0.0.1', () => {
			client.write('HTTP/1.1 200 Connection established\r\n\r\n');
			server.pipe(client).pipe(server);
		});
		for (const end of [server, client]) {
			end.on('error', () => {
				server.destroy();
				client.destroy();
			});
		}
	});
}

/** As much of SMTP as it takes to accept a mail and forget it. */
function mailServer(): Server {
	return createServer((socket) => {
		let isText = false;
		socket.on('error', () => socket.destroy());
		socket.on('data', (chunk) => {
			for (const line of chunk
				.toString()
				.split('\r\n')
				.filter((part) => part !== '')) {
				if (isText && line !== '.') continue;
				isText = /^DATA/i.test(line);
				socket.write(isText ? '354 Go on\r\n' : /^QUIT/i.test(line) ? '221 Bye\r\n' : '250 OK\r\n');
			}
		});
		socket.write('220 mail.example.com\r\n');
	});
}

async function listen(server: Server): Promise<Server> {
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return server;
}

function portOf(server: Server): number {
	return (server.address() as AddressInfo).port;
}
