# Rails and Zammad's classes as far as the package meets them, as Zammad's source has them, and one
# request that is routed through them.
require 'json'
require 'ostruct'

who, path = ARGV

module Rails
  def self.configuration
    OpenStruct.new(api_path: '/api/v1')
  end
end

module Zammad
  class Application
    ROUTES = []

    def self.routes
      self
    end

    def self.draw(&block)
      instance_eval(&block)
    end

    def self.match(path, to:, via:)
      ROUTES << [Regexp.new("^#{path.sub(':id', '(?<id>\\d+)')}$"), to, via]
    end
  end
end

module Controllers
  class ApplicationControllerPolicy
    class << self
      attr_reader :permitted

      def permit!(actions, to:)
        @permitted = Array(actions).to_h { |action| [action, to] }
      end
    end
  end
end

class Refused < StandardError; end

class Ticket
  def self.find(id)
    raise Refused, 'not found' if id != '7'

    new
  end

  def number
    '84711'
  end

  def customer
    OpenStruct.new(email: 'ana+vip@acme.example')
  end

  def organization
    OpenStruct.new(name: 'Ácme & Söhne', domain: 'acme.example')
  end
end

class ApplicationController
  class << self
    attr_reader :first

    def prepend_before_action(name)
      @first = name
    end
  end

  attr_reader :params, :current_user, :rendered

  def initialize(who, params)
    @who = who
    @params = params
    @current_user = OpenStruct.new(id: 17, fullname: 'Bo', locale: 'de-de')
  end

  def authenticate_and_authorize!
    needed = Controllers.const_get("#{self.class}Policy").permitted.fetch(:show)
    raise Refused, needed if needed != 'ticket.agent' || @who == 'customer'
  end

  def authorize!(record, query)
    raise Refused, 'not yours' if !record.is_a?(Ticket) || query != :agent_read_access? || @who == 'stranger'
  end

  def render(json:)
    @rendered = json
  end
end

%w[
  lib/context_sidecar.rb
  app/policies/controllers/context_sidecar_controller_policy.rb
  app/controllers/context_sidecar_controller.rb
  config/routes/context_sidecar.rb
].each { |file| require File.join(Dir.pwd, 'zammad', file) }

address, query = path.split('?')
found, to, via = Zammad::Application::ROUTES.find { |pattern, *| pattern.match?(address) }
raise 'no route' if to != 'context_sidecar#show' || via != :get

again = query.to_s[/again=(\w+)/, 1]
controller = ContextSidecarController.new(who, { id: found.match(address)[:id], again: again })
begin
  controller.send(ContextSidecarController.first)
  controller.show
  puts JSON.generate({ status: 200, told: controller.rendered })
rescue Refused, RuntimeError => e
  puts JSON.generate({ status: 500, told: e.message })
end
