import { randomBytes } from 'node:crypto'
import { signBytes } from './jws.ts'
import { spki, type TestKey } from './keys.ts'

const SHA256_WITH_RSA = der(0x30, oid('2a864886f70d01010b'), der(0x05))

/** Makes a self-signed X.509 certificate for an RSA key, in DER; it ends in 2040 unless told otherwise. */
export function selfSigned(
  key: TestKey,
  commonName: string,
  notAfter: Buffer = utcTime('400101000000Z'),
): Buffer {
  const name = distinguishedName(commonName)
  const body = der(
    0x30,
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    SHA256_WITH_RSA,
    name,
    der(0x30, utcTime('250101000000Z'), notAfter),
    name,
    spki(key, 'der'),
  )
  const signature = signBytes(body, key.privateKey, 'RS256')
  return der(0x30, body, SHA256_WITH_RSA, der(0x03, Buffer.from([0]), signature))
}

function distinguishedName(commonName: string): Buffer {
  const attribute = der(0x30, oid('550403'), der(0x0c, Buffer.from(commonName, 'utf8')))
  return der(0x30, der(0x31, attribute))
}

/** A time as it is written up to 2049. */
export function utcTime(text: string): Buffer {
  return der(0x17, Buffer.from(text, 'ascii'))
}

/** A time as it is written from 2050 on. */
export function generalizedTime(text: string): Buffer {
  return der(0x18, Buffer.from(text, 'ascii'))
}

/** The PEM text of a certificate. */
export function certificatePem(certificate: Buffer): string {
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? []
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n')
}

function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'))
}

function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  return Buffer.concat([Buffer.from([tag]), length(content.length), content])
}

function length(bytes: number): Buffer {
  if (bytes < 0x80) return Buffer.from([bytes])
  if (bytes < 0x100) return Buffer.from([0x81, bytes])
  return Buffer.from([0x82, bytes >> 8, bytes & 0xff])
}
