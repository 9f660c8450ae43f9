<?php
header('content-type: text/plain');
echo 'hello from ', PHP_SAPI;
