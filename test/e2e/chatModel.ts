import fastify, { type FastifyInstance } from 'fastify';

/** A tool as a chat model is told of it. */
export interface OfferedTool {
	name: string;
	description: string;
}

/** A chat model with the interface of OpenAI's: it calls the first tool that it is offered, once, then says what came back. */
export class ChatModel {
	readonly offered: OfferedTool[] = [];
	/** What the tool gave back. */
	readonly answers: string[] = [];

	private constructor(private readonly server: FastifyInstance) {}

	/** @param toolArguments what the model gives to the tool */
	static async start(toolArguments: Record<string, string>): Promise<ChatModel> {
		const server = fastify();
		const model = new ChatModel(server);
		server.post('/v1/chat/completions', async (request) => {
			const { messages, tools } = request.body as {
				messages: Array<{ role: string; content: unknown }>;
				tools?: Array<{ function: OfferedTool }>;
			};
			const result = messages.filter(({ role }) => role === 'tool').at(-1);
			const tool = tools?.[0]?.function;
			if (result) model.answers.push(String(result.content));
			else if (tool) model.offered.push(tool);
			const message =
				result || !tool
					? { role: 'assistant', content: `Done: ${String(result?.content)}` }
					: {
							role: 'assistant',
							content: null,
							tool_calls: [
								{
									id: 'call_1',
									type: 'function',
									function: { name: tool.name, arguments: JSON.stringify(toolArguments) },
								},
							],
						};
			return {
				id: 'chatcmpl-1',
				object: 'chat.completion',
				created: 1,
				model: 'test',
				choices: [{ index: 0, message, finish_reason: result ? 'stop' : 'tool_calls' }],
				usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
			};
		});
		await server.listen({ host: '127.0.0.1', port: 0 });
		return model;
	}

	get url(): string {
		return `${this.server.listeningOrigin}/v1`;
	}

	async close(): Promise<void> {
		await this.server.close();
	}
}
