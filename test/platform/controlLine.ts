/**
 * What a person types into a shell to make a control call.
 * @param options of curl, such as those for the certificate
 */
export function controlLine(url: string, path: string, body: object, options: string): string {
	const json = JSON.stringify(body);
	return `curl -sS ${options} ${url}/control/${path} -H 'content-type: application/json' -d '${json}'; echo`;
}
