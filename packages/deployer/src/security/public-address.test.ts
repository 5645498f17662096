import { expect, test } from 'vitest';
import { isMetadataAddress, isPublicAddress, isPublicName, plainHostname } from './public-address.ts';

test.each([
  '127.0.0.1',
  '127.255.255.254',
  '0.0.0.0',
  '10.1.2.3',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '100.64.0.1',
  '100.100.100.200',
  '169.254.169.254',
  '168.63.129.16',
  '192.0.0.192',
  '198.18.0.1',
  '224.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::127.0.0.1',
  '::ffff:127.0.0.1',
  '::ffff:169.254.169.254',
  '::ffff:a9fe:a9fe',
  '::ffff:0:0',
  '::ffff:a00:0',
  '64:ff9b::a9fe:a9fe',
  '64:ff9b:1::a00:1',
  '2002:7f00:1::',
  '2001:0:4136:e378:8000:63bf:3fff:fdd2',
  '2001:db8::1',
  'fd00:ec2::254',
  'fc00::1',
  'fe80::1%eth0',
  'fec0::1',
  'ff02::1',
  'not an address',
  '',
])('%s is not of the public internet', (address) => {
  expect(isPublicAddress(address)).toBe(false);
});

test.each(['1.1.1.1', '104.16.0.1', '172.32.0.1', '2606:4700::1111', '::ffff:1.1.1.1', '64:ff9b::101:101'])(
  '%s is of the public internet',
  (address) => {
    expect(isPublicAddress(address)).toBe(true);
  },
);

test.each([
  'http://2852039166/',
  'http://0xa9fea9fe/',
  'http://0xA9.0xFE.0xA9.0xFE/',
  'http://0251.0376.0251.0376/',
  'http://169.254.43518/',
  'http://169.254.169.254./',
  'http://[::ffff:169.254.169.254]/',
  'http://[::FFFF:A9FE:A9FE]/',
  'http://169。254。169。254/',
  'http://①⑥⑨.254.169.254/',
  'http://%31%36%39.254.169.254/',
  'http://[fe80::1]/',
])('%s is a metadata address however it is spelled', (url) => {
  const hostname = plainHostname(new URL(url));
  expect([isMetadataAddress(hostname), isPublicAddress(hostname), isPublicName(hostname)]).toEqual([
    true,
    false,
    false,
  ]);
});

test.each([
  'localhost',
  'LOCALHOST.',
  'a.localhost',
  'metadata.google.internal',
  'metadata',
  'printer.local',
  'x.home.arpa',
])('%s is a name of this machine or its network', (name) => {
  expect(isPublicName(plainHostname(new URL(`http://${name}/`)))).toBe(false);
});

test('an ordinary host is a public name', () => {
  expect(isPublicName(plainHostname(new URL('https://Acme.Example.COM./')))).toBe(true);
});
