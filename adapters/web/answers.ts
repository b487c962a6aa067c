import type { NoticeView } from '../../src/domain/views/view.ts';
import type { Answer, AskForm } from '../../src/ports/chat.ts';
import type { Channel } from './channel.ts';

/** How one person is answered privately. */
export interface Answers {
  reply(account: string, answer: Answer): Promise<void>;
}

export function createAnswers({ whisper }: Pick<Channel, 'whisper'>): Answers {
  return {
    reply: async (account, answer) => {
      switch (answer.type) {
        case 'nothing':
          return;
        case 'notice':
          return whisper(account, answer.notice);
        case 'form':
          return whisper(account, howToAsk(answer.form));
        case 'card':
          return whisper(account, answer.view, answer.reader);
      }
    },
  };
}

/** For clients that open no forms, such as a script: what to type, and a button for the request without a reason. */
const howToAsk = ({ request, farms, farm }: AskForm): NoticeView => {
  const offered = farms.flatMap(({ name }) => (farm === null || farm === name ? [name] : []));
  return {
    kind: 'notice',
    messages: offered.map((name) => ({ id: 'how-to-ask', data: { farm: name, request } })),
    actions: offered.map((name) => ({
      label: { id: 'button.request', data: { farm: name } },
      verb: 'request',
      data: { farm: name, request },
    })),
  };
};
