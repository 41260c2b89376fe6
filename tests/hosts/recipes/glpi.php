<?php
// GLPI's own classes as far as a plugin meets them, in the form that its source gives them.

namespace Glpi\Plugin {
    class Hooks
    {
        const SECURED_CONFIGS = 'secured_configs';
        const PRE_ITIL_INFO_SECTION = 'pre_itil_info_section';
    }
}

namespace {
    const READ = 1;

    class Session
    {
        static function getCurrentInterface()
        {
            return $GLOBALS['who'] === 'requester' ? 'helpdesk' : 'central';
        }
        static function checkCentralAccess()
        {
            if (self::getCurrentInterface() !== 'central') {
                echo '403';
                exit();
            }
        }
        static function getLoginUserID()
        {
            return 17;
        }
    }

    class CommonITILActor
    {
        const REQUESTER = 1;
    }

    class CommonDBTM
    {
        public $fields = [];
        function getID()
        {
            return $this->fields['id'] ?? -1;
        }
        function isNewItem()
        {
            return $this->getID() < 0;
        }
    }

    class Change extends CommonDBTM
    {
        public $fields = ['id' => 9];
    }

    class Ticket extends CommonDBTM
    {
        function check($id, int $right)
        {
            if ($id !== 4711 || $right !== READ || $GLOBALS['who'] === 'stranger') {
                echo '403';
                exit();
            }
            $this->fields = ['id' => 4711, 'entities_id' => 3];
        }
        function getUsers($type)
        {
            $ana = ['users_id' => 0, 'alternative_email' => 'ana+vip@acme.example'];
            $bo = ['users_id' => 8, 'alternative_email' => ''];
            return $GLOBALS['who'] === 'technician of two' ? [$ana, $bo] : [$ana];
        }
    }

    class UserEmail
    {
        static function getDefaultForUser($users_id)
        {
            return 'bo@other.example';
        }
    }

    class GLPIKey
    {
        function decrypt(?string $string)
        {
            return strrev(base64_decode($string));
        }
    }

    class Config
    {
        static function getConfigurationValues($context, array $names)
        {
            $context === 'plugin:contextsidecar' or die('another context');
            return array_intersect_key($GLOBALS['stored'], array_flip($names));
        }
    }

    class Html
    {
        static function redirect($destination)
        {
            echo $destination;
            exit();
        }
    }

    [, $who, $address, $secret] = $argv;
    $CFG_GLPI = ['root_doc' => ''];
    $_SESSION = ['glpilanguage' => 'de_DE'];
    require __DIR__ . '/setup.php';
    require __DIR__ . '/hook.php';
    plugin_init_contextsidecar();
    plugin_contextsidecar_install() && plugin_version_contextsidecar()['version'] or die('not installed');
    $stored = ['address' => $address, 'secret' => $secret];
    foreach ($PLUGIN_HOOKS['secured_configs']['contextsidecar'] as $name) {
        $stored[$name] = base64_encode(strrev($stored[$name]));
    }
    $hook = $PLUGIN_HOOKS['pre_itil_info_section']['contextsidecar'];
    ob_start();
    $hook(['item' => new Change(), 'options' => []]);
    $hook(['item' => new Ticket(), 'options' => []]);
    ob_get_clean() === '' or die('a frame where there is no ticket');
    $ticket = new Ticket();
    $ticket->fields = ['id' => 4711];
    ob_start();
    $hook(['item' => $ticket, 'options' => []]);
    $page = ob_get_clean();
    if ($who === 'requester') {
        $page === '' or die('a frame for a requester');
        $page = 'frame.src = "/plugins/contextsidecar/front/card.php?id=4711";';
    }
    preg_match('@frame.src = ("[^"]+");@', $page, $found);
    preg_match('@^/plugins/contextsidecar/([^?]+)\?(.+)@', json_decode($found[1]), $found);
    parse_str($found[2], $_GET);
    require __DIR__ . '/' . $found[1];
}
