/**
 * The base images of the samples that are split: look-alikes of the large images with all that they have more than the
 * slim ones, so that sizes can be compared.
 */
import { BASES } from '../bases.ts';
import type { Base } from '../bases.ts';

const BUILDPACK = 'images.example.com/buildpack-deps:bookworm';
const DEBIAN = 'debian:bookworm-slim';
const SHARED = new Set([
  DEBIAN,
  'golang:1.19',
  'php:8.2-cli',
  'eclipse-temurin:17-jre',
  'eclipse-temurin:17-jdk',
  'gcr.io/distroless/static-debian12',
  'gcr.io/distroless/static-debian12:nonroot',
]);

/** In the order of making. */
export const SPLIT_BASES: readonly Base[] = [
  ...BASES.filter(({ name }) => SHARED.has(name)),
  { name: BUILDPACK, from: { folder: 'buildpack' }, on: [DEBIAN] },
  { name: 'python:3.11-slim-bookworm', from: { folder: 'python-wheels' }, on: [DEBIAN] },
  {
    name: 'python:3.11-bookworm',
    from: { folder: 'python-wheels-full' },
    on: ['python:3.11-slim-bookworm', BUILDPACK],
  },
  { name: 'node:20-bookworm-slim', from: { folder: 'node-split' }, on: [DEBIAN] },
  { name: 'node:20-bookworm', from: { folder: 'node-split-full' }, on: ['node:20-bookworm-slim', BUILDPACK] },
  { name: 'rust:1.63-bookworm', from: { folder: 'rust' }, on: [BUILDPACK] },
  { name: 'ruby:3.1-slim-bookworm', from: { folder: 'ruby-gems' }, on: [DEBIAN] },
  {
    name: 'ruby:3.1-bookworm',
    from: { folder: 'ruby-gems-full' },
    on: ['ruby:3.1-slim-bookworm', BUILDPACK],
  },
  { name: 'maven:3.9-eclipse-temurin-17', from: { folder: 'maven' }, on: ['eclipse-temurin:17-jdk'] },
  { name: 'php:8.2-cli-bookworm', from: { folder: 'php-composer' }, on: ['php:8.2-cli'] },
  {
    name: 'gcr.io/distroless/static-debian13:nonroot',
    from: { folder: 'distroless-static13' },
    on: ['gcr.io/distroless/static-debian12:nonroot'],
  },
  {
    name: 'gcr.io/distroless/static-debian13',
    from: { folder: 'distroless-static13-root' },
    on: ['gcr.io/distroless/static-debian12'],
  },
];
