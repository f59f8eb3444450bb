package io.pinfold.election;

final class Placeholder {}
