package io.pinfold.locks;

final class Placeholder {}
