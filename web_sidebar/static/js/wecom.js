// In the toolbar of WeCom: its own library tells whose chat is open and sends on the agent's click. There is no composer to put
// a text into. The address is signed and must stay as it is: when it changes, everything is signed anew. The code in it is spent.
import * as ww from '/static/vendor/wecom.js';

export async function start({corpId, agentId, config, app}) {
  const jsApiList = ['getContext', 'getCurExternalContact', 'sendChatMessage'];
  ww.register({corpId, agentId, jsApiList, getConfigSignature: () => config, getAgentConfigSignature: () => app});
  await ww.ensureConfigReady();
  const {userId} = await ww.getCurExternalContact();
  return {conv: userId, send: text => ww.sendChatMessage({msgtype: 'text', enterChat: true, text: {content: text}})};
}
