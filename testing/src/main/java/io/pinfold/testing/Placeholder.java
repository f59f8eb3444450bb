package io.pinfold.testing;

final class Placeholder {}
