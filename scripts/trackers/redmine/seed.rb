# Run by `rails runner`; the last line of its output is what the tests need to know, as JSON.
require 'json'

{ 'rest_api_enabled' => '1', 'login_required' => '1', 'text_formatting' => 'common_mark',
  'notified_events' => [], 'attachment_max_size' => '5120', 'default_language' => 'en' }.each { |name, value| Setting[name] = value }

def key_of(user)
  Token.where(user_id: user.id, action: 'api').destroy_all
  Token.create!(user: user, action: 'api').value
end

def person(login, first, last, admin: false)
  user = User.new(firstname: first, lastname: last, mail: "#{login}@example.test", language: 'en', mail_notification: 'none')
  user.login = login
  user.admin = admin
  user.password = user.password_confirmation = SecureRandom.hex(16)
  user.must_change_passwd = false
  user.save!
  user.pref.update!(time_zone: 'UTC')
  user
end

admin = User.find_by!(login: 'admin')
admin.password = admin.password_confirmation = SecureRandom.hex(16)
admin.must_change_passwd = false
admin.mail = 'admin@example.test'
admin.save!
admin.pref.update!(time_zone: 'UTC')

people = {
  'alice' => person('alice', 'Alice', 'Archer'),
  'bob' => person('bob', 'Bob', 'Baker'),
  'carol' => person('carol', 'Carol', 'Cooper'),
  # In no project: what an account without rights sees.
  'mallory' => person('mallory', 'Mallory', 'Miller'),
}
lockstep = person('lockstep', 'Lockstep', 'Sync', admin: true)

fields = {
  externalId: IssueCustomField.new(name: 'External ID', field_format: 'string', max_length: 255),
  severity: IssueCustomField.new(name: 'Severity', field_format: 'list', possible_values: %w[Low Medium High Critical]),
  reference: IssueCustomField.new(name: 'Reference', field_format: 'link'),
  request: IssueCustomField.new(name: 'Request', field_format: 'text'),
}
fields.each_value do |field|
  field.is_for_all = true
  field.is_filter = true
  field.searchable = true
  field.visible = true
  field.trackers = Tracker.all
  field.save!
end

# Developers may do nearly everything that a sync is tested with; `lockstep` is an administrator anyway.
developer = Role.find_by!(name: 'Developer')
developer.permissions |= %i[set_notes_private view_private_notes set_issues_private set_own_issues_private
                            edit_issue_notes edit_own_issue_notes delete_issues edit_issues add_issue_notes]
developer.issues_visibility = 'all'
developer.save!

project = Project.new(name: 'Support desk', identifier: 'support-desk', is_public: false)
project.enabled_module_names = %w[issue_tracking]
project.trackers = Tracker.all
project.save!
manager = Role.find_by!(name: 'Manager')
people.slice('alice', 'bob', 'carol').each_value { |user| Member.create!(project: project, user: user, roles: [developer]) }
Member.create!(project: project, user: lockstep, roles: [manager])
IssueCategory.create!(project: project, name: 'Hardware')
Version.create!(project: project, name: '1.0')

puts({
  apiKey: key_of(lockstep),
  adminApiKey: key_of(admin),
  project: { id: project.id, identifier: project.identifier },
  users: people.to_h { |login, user| [login, { id: user.id, apiKey: key_of(user), email: user.mail }] }
               .merge('lockstep' => { id: lockstep.id, apiKey: Token.find_by!(user_id: lockstep.id, action: 'api').value, email: lockstep.mail }),
  roles: { manager: manager.id, developer: developer.id },
  markerField: "cf_#{fields[:externalId].id}",
  customFieldIds: fields.transform_values(&:id),
}.to_json)
