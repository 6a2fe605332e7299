import { describe, expect, it } from '@jest/globals';
import { firstPage, follow, urlMistake } from '../../../core/pull/links.ts';

describe('the address of an API', () => {
  it.each([
    'https://a.example/v1',
    'https://a.example:8443/v1?x=1',
    'http://127.0.0.1:80/',
    'http://localhost:9/x',
    'http://[::1]:9/',
  ])('may be %s', (url) => expect(urlMistake(url, 'limit')).toBeUndefined());

  it.each([
    ['http://a.example/v1', '"http://a.example/v1" would send the token in clear'],
    ['http://127.0.0.1.a.example/', 'would send the token in clear'],
    ['http://localhost.a.example/', 'would send the token in clear'],
    ['http://10.0.0.1/', 'would send the token in clear'],
    ['ftp://a.example/', 'would send the token in clear'],
    ['file:///etc/passwd', 'would send the token in clear'],
    ['a.example/v1', 'is no address'],
    ['https://a.example/#x', 'has a part behind #'],
    ['https://a.example/?limit=1', 'has the parameter "limit" already'],
  ])('may not be %s', (url, mistake) => expect(urlMistake(url, 'limit')).toContain(mistake));

  it('shows no password', () => {
    const mistake = urlMistake('https://user:hunter2@a.example/');
    expect(mistake).toContain('has a user or a password in it');
    expect(mistake).not.toContain('hunter2');
  });

  it('takes the page size beside what it has', () => {
    expect(firstPage('https://a.example/v1?x=1', { parameter: 'limit', value: 7 })).toBe(
      'https://a.example/v1?x=1&limit=7',
    );
    expect(firstPage('https://a.example/v1')).toBe('https://a.example/v1');
  });
});

describe('a link', () => {
  const from = 'https://a.example/v1/items?limit=2';
  it.each([
    ['/v1/items?limit=2&after=9', 'https://a.example/v1/items?limit=2&after=9'],
    ['?after=9', 'https://a.example/v1/items?after=9'],
    ['https://a.example:443/v1/more#x', 'https://a.example/v1/more'],
  ])('%s is followed', (link, target) => expect(follow(link, from, 'the link')).toBe(target));

  it.each([
    'https://b.example/v1',
    '//b.example/v1',
    'http://a.example/v1',
    'https://a.example:8443/v1',
    'https://a.example.b.example/',
    'https://a.example@b.example/',
    'javascript:alert(1)',
    'https://user:pass@a.example/',
    'https://',
  ])('%s is not', (link) => expect(() => follow(link, from, 'the link')).toThrow(/not followed/));
});
