<?php
// osTicket's own classes as far as a plugin meets them, in the form that its source gives them.
define('INCLUDE_DIR', __DIR__ . '/include/');
define('ROOT_PATH', '/');

class Signal
{
    static $subscribers = [];
    static function connect($signal, $callable, $object = null, $check = null)
    {
        self::$subscribers[$signal][] = [$object, $callable, $check];
    }
    static function send($signal, $object, &$data = null)
    {
        foreach (self::$subscribers[$signal] ?? [] as [$class, $callable]) {
            if (!$class || is_a($object, $class)) {
                call_user_func_array($callable, [$object, &$data]);
            }
        }
    }
}

class FormField
{
    function __construct(public $options = []) {}
}
class TextboxField extends FormField {}
class PasswordField extends TextboxField {}

abstract class PluginConfig
{
    public $given;
    function get($key, $default = null)
    {
        $this->getOptions()[$key]->options['required'] or throw new Exception($key);
        return $this->given[$key];
    }
}

abstract class Plugin
{
    public $given;
    function getConfig()
    {
        $config = new $this->config_class();
        $config->given = $this->given;
        return $config;
    }
}

class UrlMatcher
{
    function __construct(public $regex, public $func) {}
}
function url_get($regex, $func, $args = false) { return new UrlMatcher("@$regex@", $func); }

class Dispatcher
{
    public $urls = [];
    function append($url, $prefix = false) { $this->urls[] = $url; }
    function resolve($url)
    {
        foreach ($this->urls as $matcher) {
            if (preg_match($matcher->regex, $url, $matches)) {
                return ($matcher->func)($matches[1]);
            }
        }
        Http::response(400, 'URL not supported');
    }
}

class Http
{
    static function response($code, $content = '') { echo "$code"; exit; }
    static function redirect($url) { echo $url; exit; }
}

class Staff
{
    function __construct(public $mine) {}
    function getId() { return 17; }
    function getName() { return 'Bo'; }
}

class Ticket
{
    static function lookup($id) { return $id === '4711' ? new Ticket() : null; }
    function getId() { return 4711; }
    function getNumber() { return '318456'; }
    function getEmail() { return 'ana+vip@acme.example'; }
    function getName() { return 'Ágnes Ó Néill'; }
    function checkStaffPerm($staff) { return $staff->mine; }
}

[, $who, $address, $secret] = $argv;
$thisstaff = ['agent' => new Staff(true), 'stranger' => new Staff(false), 'customer' => null][$who];
$info = require __DIR__ . '/plugin.php';
[$file, $class] = explode(':', $info['plugin']);
require __DIR__ . "/$file";
$plugin = new $class();
$plugin->given = ['address' => $address, 'secret' => $secret];
$plugin->bootstrap();

ob_start();
$type = ['type' => 'viewed'];
$ticket = new Ticket();
Signal::send('object.view', $ticket, $type);
$page = ob_get_clean();
if ($who === 'customer') {
    echo $page;
    exit;
}
preg_match('@frame.src = ("[^"]+");@', $page, $found);
$path = json_decode($found[1]);
$dispatcher = new Dispatcher();
Signal::send('ajax.scp', $dispatcher);
$dispatcher->resolve(str_replace('/scp/ajax.php', '', $path));
