import { randomUUID } from 'node:crypto';

export interface RestAnswer {
	status: number;
	/** The JSON, or the text where it is none. */
	body: unknown;
}

export interface Owner {
	email: string;
	password: string;
}

/** n8n's internal REST interface, as the editor uses it: logged in, with the header that ties the cookie to a browser. */
export class RestSession {
	private cookie = '';
	private readonly browserId = randomUUID();

	constructor(private readonly url: string) {}

	async login({ email, password }: Owner): Promise<void> {
		const { status, body } = await this.send('POST', '/rest/login', { emailOrLdapLoginId: email, password });
		if (status !== 200) throw new Error(`n8n refused the login with ${status}: ${JSON.stringify(body)}`);
	}

	/** `path` from the root, as in `/rest/workflows`. Resolves whatever the status is. */
	async send(method: string, path: string, body?: unknown): Promise<RestAnswer> {
		const response = await fetch(this.url + path, {
			method,
			headers: {
				'browser-id': this.browserId,
				...(this.cookie ? { cookie: this.cookie } : {}),
				...(body === undefined ? {} : { 'content-type': 'application/json' }),
			},
			body: body === undefined ? undefined : JSON.stringify(body),
		});
		const cookies = response.headers.getSetCookie().map((cookie) => cookie.split(';')[0]);
		if (cookies.length > 0) this.cookie = cookies.join('; ');
		return { status: response.status, body: parsed(await response.text()) };
	}
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}
