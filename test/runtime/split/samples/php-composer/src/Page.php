<?php
namespace Acme;

final class Page
{
    public static function text(): string
    {
        return "page of a class";
    }
}
