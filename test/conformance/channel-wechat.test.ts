/** WeChat keeps what every channel must. */
import { v7 } from 'uuid';
import { channelSuite } from '../support/channel-suite.ts';
import { openWeChatWorld } from '../support/wechat-world.ts';

channelSuite('wechat', async () => {
  const { world, front, inboxId, heard, close } = await openWeChatWorld({ sim: { deadlineMs: 1_000 } });
  return {
    world,
    inboxId,
    close,
    customer: () => {
      const address = `o${v7().replaceAll('-', '')}`;
      const driver = front.account.customer(address);
      driver.user.subscribed = true;
      return {
        address,
        heard: () => heard(address),
        say: async (text) => {
          await driver.say(text);
        },
        sayTwice: async (text) => {
          front.sim.setFault('duplicate', 1);
          await driver.say(text);
        },
      };
    },
  };
});
