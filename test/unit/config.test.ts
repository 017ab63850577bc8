import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig, variables } from '../../src/config.ts';

function linesFor(env: Record<string, string>): readonly string[] {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.lines;
    throw error;
  }
  return [];
}

describe('configuration', () => {
  it('an empty environment gives a working local server', () => {
    expect(readConfig({})).toEqual({
      host: '127.0.0.1',
      port: 3978,
      publicUrl: 'http://127.0.0.1:3978',
      dataDir: './data',
      databaseUrl: null,
      redisUrl: null,
      secretKey: null,
      directLineSecret: null,
      webOrigins: [],
      metricsToken: null,
      logLevel: 'info',
      shopName: '知客示例店',
      workingHours: { timeZone: 'Asia/Shanghai', opens: 540, closes: 1260 },
      burstWindowMs: 400,
      trustProxy: [],
      llm: null,
      wechatApiBase: 'https://api.weixin.qq.com',
      fetchAllow: [],
      mailListen: null,
      mailAllow: [],
      twoFactorFor: null,
      turnConcurrency: 256,
      answerWrongBudget: 0.05,
    });
  });

  it('an empty or blank variable counts as unset', () => {
    expect(readConfig({ PORT: '', SHOP_NAME: '  ', DATABASE_URL: '' })).toEqual(readConfig({}));
  });

  it('nobody can change it later', () => {
    const config = readConfig({ OPENAI_API_KEY: 'sk-1', WEB_ORIGINS: 'https://a.cn' });
    for (const part of [config, config.llm, config.workingHours, config.webOrigins, config.trustProxy]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
  });

  it('every problem is told at once, with the variable, what is wrong and an example', () => {
    expect(linesFor({ PORT: '99999', DATABASE_URL: 'mysql://x', TIME_ZONE: 'Mars/Olympus' })).toEqual([
      'PORT is not between 0 and 65535. Example: PORT=8080',
      'DATABASE_URL is not a URL that starts with postgres:// or postgresql://. Example: DATABASE_URL=postgres://zhike:PASSWORD@127.0.0.1:5432/zhike',
      'TIME_ZONE is not a time zone of the IANA list. Example: TIME_ZONE=Asia/Singapore',
    ]);
  });

  it('a wrong value is never repeated: it may be a secret', () => {
    const lines = linesFor({ DIRECTLINE_SECRET: 'hunter2', DATABASE_URL: 'hunter2', OPENAI_API_KEY: '<hunter2>' });
    expect(lines).toHaveLength(3);
    expect(lines.join()).not.toContain('hunter2');
  });

  it.each([
    ['PORT', '80a'],
    ['PORT', '-1'],
    ['PORT', '3978.5'],
    ['HOST', 'http://host'],
    ['PUBLIC_URL', 'https://shop.cn/chat'],
    ['PUBLIC_URL', 'https://user:password@shop.cn'],
    ['PUBLIC_URL', 'ftp://shop.cn'],
    ['REDIS_URL', '127.0.0.1:6379'],
    ['DIRECTLINE_SECRET', 'too-short'],
    ['DIRECTLINE_SECRET', 'change-me-change-me'],
    ['DIRECTLINE_SECRET', 'your-secret-goes-here'],
    ['METRICS_TOKEN', 'aaaaaaaaaaaaaaaaaaaa'],
    ['OPENAI_API_KEY', 'sk-...'],
    ['WEB_ORIGINS', '*'],
    ['WEB_ORIGINS', 'https://*.shop.cn'],
    ['WEB_ORIGINS', 'https://shop.cn/path'],
    ['LOG_LEVEL', 'loud'],
    ['WORKING_HOURS', '21:00-09:00'],
    ['WORKING_HOURS', '9-21'],
    ['BURST_WINDOW_MS', '60000'],
    ['TRUST_PROXY', 'loopback'],
    ['TRUST_PROXY', '10.0.0.0/33'],
    ['TRUST_PROXY', '0.0.0.0/0'],
    ['LLM_TIMEOUT_MS', '0'],
    ['TURN_CONCURRENCY', '0'],
    ['ANSWER_WRONG_BUDGET', '0.6'],
    ['ANSWER_WRONG_BUDGET', '5%'],
  ])('%s=%s is refused', (name, value) => {
    const [line, ...more] = linesFor({ [name]: value });
    expect(line).toMatch(new RegExp(`^${name} .+ Example: ${name}=.+`));
    expect(more).toEqual([]);
  });

  it('the wrong entry of a list is named by its place', () => {
    expect(linesFor({ WEB_ORIGINS: 'https://a.cn, nonsense' })).toEqual([
      expect.stringMatching(/^WEB_ORIGINS entry 2 is not/),
    ]);
  });

  it('origins are kept as browsers send them', () => {
    const { publicUrl, webOrigins } = readConfig({
      PUBLIC_URL: 'https://Shop.CN:443/',
      WEB_ORIGINS: 'HTTP://a.cn:8080/,,https://b.cn',
    });
    expect(publicUrl).toBe('https://shop.cn');
    expect(webOrigins).toEqual(['http://a.cn:8080', 'https://b.cn']);
  });

  it.each([
    ['0.0.0.0', 'http://localhost:3978'],
    ['::', 'http://localhost:3978'],
    ['::1', 'http://[::1]:3978'],
    ['chat.local', 'http://chat.local:3978'],
  ])('a server on %s is reached at %s', (host, publicUrl) => {
    expect(readConfig({ HOST: host }).publicUrl).toBe(publicUrl);
  });

  it('a local model needs an address and no key', () => {
    expect(readConfig({ OPENAI_BASE_URL: 'http://127.0.0.1:11434/v1', OPENAI_MODEL: 'qwen3:8b' }).llm).toEqual({
      apiKey: null,
      baseUrl: 'http://127.0.0.1:11434/v1',
      model: 'qwen3:8b',
      timeoutMs: 8000,
    });
  });
});

describe('.env.example', () => {
  const text = readFileSync('.env.example', 'utf8');
  const shown = parseEnv(text.replaceAll(/^# (?=[A-Z][A-Z0-9_]*=)/gm, ''));

  it('changes nothing as it is', () => {
    expect(parseEnv(text)).toEqual({});
  });

  it('shows every variable and nothing else', () => {
    expect(Object.keys(shown).sort()).toEqual(Object.keys(variables).sort());
  });

  it.each(Object.entries(variables))('shows the default of %s, or an example where there is none', (name, variable) => {
    expect(shown[name]).toBe(variable.preset ?? variable.example);
  });

  it('its values and all examples are right values', () => {
    const isCommand = (value: string | undefined) => value?.startsWith('$(');
    const examples = Object.fromEntries(Object.entries(variables).map(([name, { example }]) => [name, example]));
    for (const values of [shown, examples]) {
      expect(
        linesFor(
          Object.fromEntries(
            Object.entries(values).map(([name, value]) => [
              name,
              isCommand(value) ? 'q8Zr1tW5yK2mX7cV' : (value ?? ''),
            ]),
          ),
        ),
      ).toEqual([]);
    }
  });
});
